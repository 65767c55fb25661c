// Many parked orders sent on at a rate: begun, watched while it goes on, and ended, by whoever's window it is.
import {call, get} from './api.js';
import {h, number, replace, say} from './dom.js';
import {fresh} from './fresh.js';
import {commands} from './parts.js';
import {words} from './saga.js';

const path = '/v1/orders/retry';

/** Returns the card, and `of(orders, more)`, which says which orders are parked. `done()`: some have been sent on. */
export function many(signal, done) {
  const reason = h('select', {name: 'reason'}, h('option', {value: ''}, 'all'));
  const rate = h('input', {name: 'rate', type: 'number', min: 1, max: 1000, step: 1, required: true, value: 10});
  const said = h('p', {class: 'said', role: 'status'}), how = h('div', {});
  const bar = h('progress', {max: 1, value: 0, 'aria-label': 'Orders sent on'});
  const begin = h('button', {}, 'Retry them'), end = h('button', {type: 'button', class: 'quiet', onclick: () => change('DELETE')}, 'Stop');
  const body = () => ({status: 'parked', ...(reason.value && {reason: reason.value}), rate: Number(rate.value)});
  const shown = () => {
    const open = how.querySelector('details')?.open || false;
    replace(how, body(), () => commands([['send them on', 'POST', path, body()], ['how far that is', 'GET', path], ['end it', 'DELETE', path]]));
    how.querySelector('details').open = open;
  };
  const form = h('form', {class: 'filters', oninput: shown, onsubmit: event => {
    event.preventDefault();
    change('POST', body());
  }}, h('label', {}, 'Why they went back', reason), h('label', {}, 'At most, a second', rate), begin);
  const going = h('div', {class: 'row', hidden: true}, bar, end);
  const element = h('section', {class: 'card', hidden: true, 'aria-labelledby': 'many'}, h('h2', {id: 'many'}, 'Many at once, the oldest first'), form, going, said, how);
  let known = null, parked = 0, running = false, forbidden = false;

  function show(progress) {
    const was = running;
    running = progress.running;
    form.hidden = running;
    going.hidden = !running;
    element.hidden = !running && parked < 2 && said.textContent === '';
    bar.max = Math.max(1, progress.orders);
    bar.value = progress.orders - progress.left;
    const moved = progress.orders - progress.left - progress.sentOn;
    const beside = moved > 0 ? `, ${number(moved)} had moved on before` : '';
    if (running) say(said, `${number(progress.sentOn)} of ${number(progress.orders)} sent on${beside}, ${number(progress.rate)} a second at most.`, 'wait');
    else if (was) say(said, `${progress.left > 0 ? `Stopped: ${number(progress.left)} are left as they are. ` : ''}${number(progress.sentOn)} sent on${beside}.`, 'good');
    if (was) done();
  }
  async function change(method, wanted) {
    begin.disabled = end.disabled = true;
    try {
      const progress = await call(method, path, wanted);
      running = true;  // what has ended already is told of as well
      show(progress);
    } catch (error) {
      say(said, error.message, 'bad');
    }
    begin.disabled = end.disabled = false;
    watch.now();
  }
  // With a token that may not do it nobody is shown how, nor asked for it again.
  const watch = fresh(async () => {
    if (forbidden) return;
    try {
      show(await get(path, signal));
    } catch (error) {
      if (error.status !== 403) throw error;
      forbidden = true;
    }
  }, {signal, every: 1000, concerns: frame => running && /OrderResumed/.test(frame.data)});

  return {element, of(orders, more) {
    parked = orders.length;
    const counts = new Map();
    for (const order of orders) counts.set(order.reason || '', (counts.get(order.reason || '') || 0) + 1);
    const all = `all ${number(orders.length)}${more ? ' and more' : ''}`;
    const state = JSON.stringify([...counts, all]);
    if (known === state) return;
    known = state;
    const chosen = reason.value;
    reason.replaceChildren(h('option', {value: ''}, all), ...[...counts].filter(([one]) => one).map(([one, count]) =>
      h('option', {value: one, selected: one === chosen}, `${words(one)}: ${number(count)}`)));
    shown();
  }};
}
