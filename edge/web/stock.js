// Stock: what is free to sell of each sku that is counted; set it, change it.
import {call, get} from './api.js';
import {h, keyedInSlices, number, say} from './dom.js';
import {fresh} from './fresh.js';
import {commands} from './parts.js';

const page = 50;

async function put(sku, body, said, done) {
  say(said, 'Asked for; waiting for the acknowledgement…', 'wait');
  try {
    const level = await call('PUT', `/v1/stock/${encodeURIComponent(sku)}`, body);
    say(said, `${level.sku}: ${number(level.onHand)} now.`, 'good');
    done();
  } catch (error) {
    say(said, `${sku}: ${error.message}`, 'bad');
  }
}

function row(first, said, done) {
  const level = h('td', {class: 'figure'});
  const value = h('input', {type: 'number', step: 1, required: true, 'aria-label': `New level, or change, of ${first.sku}`});
  const act = body => {
    if (value.reportValidity()) put(first.sku, body(Number(value.value)), said, () => { value.value = ''; done(); });
  };
  const element = h('tr', {}, h('td', {class: 'what'}, first.sku), level, h('td', {}, h('form', {class: 'row', onsubmit: event => {
    event.preventDefault();
    act(onHand => ({onHand}));
  }}, value, h('button', {'aria-label': `Set ${first.sku}`}, 'Set'),
  h('button', {type: 'button', class: 'quiet', 'aria-label': `Change ${first.sku} by this`, onclick: () => act(change => ({change}))}, 'Change by'))));
  return {element, update: later => say(level, number(later.onHand))};
}

export default {
  title: 'Stock',
  open(root, parameters, signal) {
    const before = parameters.getAll('before');
    const cursor = before.at(-1) || '';
    const go = walked => { location.hash = `#/stock?${new URLSearchParams(walked.map(one => ['before', one]))}`; };
    const body = h('tbody', {}), note = h('p', {class: 'note', role: 'status'}, 'Asking…'), said = h('p', {class: 'said', role: 'status'});
    const table = h('table', {}, h('caption', {class: 'unseen'}, 'Stock'), h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Sku'),
      h('th', {scope: 'col', class: 'figure'}, 'Free to sell'), h('th', {scope: 'col'}, 'Set or change'))), body);
    let next = null;
    const older = h('button', {type: 'button', class: 'quiet', disabled: true, onclick: () => go([...before, next])}, 'Next page');
    const newer = h('button', {type: 'button', class: 'quiet', disabled: before.length === 0, onclick: () => go(before.slice(0, -1))}, 'Page before');
    const task = async () => {
      const answer = await get(`/v1/stock?limit=${page}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, signal);
      await keyedInSlices(body, answer.data, one => one.sku, one => row(one, said, () => kept.now()));
      next = answer.nextCursor;
      older.disabled = next === null;
      table.hidden = answer.data.length === 0;
      say(note, answer.data.length === 0 ? 'No sku is counted so far: orders take whatever they name. Set a level to begin.'
        : 'Without what is reserved. A sku that is not here is not counted.');
    };
    const kept = fresh(task, {signal, every: 5000, concerns: frame => frame.data === null || /StockSet|Inventory/.test(frame.data)});
    const sku = h('input', {name: 'sku', required: true, maxlength: 128}), onHand = h('input', {name: 'onHand', type: 'number', min: 0, step: 1, required: true});
    const form = h('form', {class: 'card filters', onsubmit: event => {
      event.preventDefault();
      put(sku.value, {onHand: Number(onHand.value)}, said, () => { onHand.value = ''; kept.now(); });
    }}, h('label', {}, 'Sku', sku), h('label', {}, 'Free to sell', onHand), h('button', {}, 'Set the level'));
    root.append(form, said, kept.problem, h('section', {class: 'card'}, table, h('div', {class: 'row pager'}, newer, older, note),
      commands([['list', 'GET', '/v1/stock'], ['set', 'PUT', '/v1/stock/keyboard', {onHand: 100}], ['change', 'PUT', '/v1/stock/keyboard', {change: -3}]])));
  },
};
