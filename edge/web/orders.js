// Orders: the list, filtered and searched, a page at a time, kept up to date.
import {get} from './api.js';
import {h, keyedInSlices, say, when} from './dom.js';
import {fresh} from './fresh.js';
import {chip, choice, orderLink} from './parts.js';
import {goods, money, moodOf, reasons, statuses, words} from './saga.js';

const page = 50;

function row() {
  const link = orderLink('', ''), status = chip(''), reason = h('small', {}), what = h('span', {}), amount = h('span', {}), at = h('td', {class: 'at'});
  const reference = h('small', {});
  const element = h('tr', {}, h('td', {class: 'who'}, link, reference), h('td', {class: 'what'}, what),
    h('td', {class: 'figure'}, amount), h('td', {class: 'how'}, status, reason), at);
  return {element, update(order) {
    const short = order.orderId.slice(0, 8) + '…' + order.orderId.slice(-4);
    if (link.textContent !== short) {
      link.href = `#/orders/${order.orderId}`;
      link.title = order.orderId;
      at.replaceChildren(when(order.steps[0].at));
    }
    say(link, short);
    say(reference, order.reference || '');
    say(what, goods(order));
    say(amount, money(order));
    say(status, order.retrying ? `${order.status}, retrying` : words(order.status), order.retrying ? 'warm' : moodOf(order.status));
    say(reason, words(order.reason));
  }};
}

export default {
  title: 'Orders',
  open(root, parameters, signal) {
    const wanted = {status: parameters.get('status') || '', reason: parameters.get('reason') || '', q: parameters.get('q') || ''};
    const before = parameters.getAll('before');  // cursors of the pages that were walked to this one
    const cursor = before.at(-1) || '';
    const go = (changes, walked = []) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({...wanted, ...changes})) if (value) query.set(name, value);
      for (const one of walked) query.append('before', one);
      location.hash = `#/orders${query.size > 0 ? `?${query}` : ''}`;
    };
    const search = h('input', {name: 'q', type: 'search', value: wanted.q, maxlength: 254, 'data-keep': 'q',
      placeholder: 'Order id, reference or e-mail', 'aria-label': 'Order id, reference or e-mail, exact'});
    const filters = h('form', {class: 'filters', role: 'search', onsubmit: event => { event.preventDefault(); go({q: search.value.trim()}); }},
      choice('Status', 'status', [['', 'all'], ...statuses.map(one => [one, one]), ['retrying', 'retrying']], wanted.status, status => go({status})),
      choice('Reason', 'reason', [['', 'all'], ...reasons.map(one => [one, words(one)])], wanted.reason, reason => go({reason})),
      h('div', {class: 'row search'}, search, h('button', {}, 'Search'),
        wanted.q ? h('button', {type: 'button', class: 'quiet', onclick: () => go({q: ''})}, 'Clear') : null));
    const body = h('tbody', {});
    const table = h('table', {class: 'orders'}, h('caption', {class: 'unseen'}, 'Orders, newest first'),
      h('thead', {}, h('tr', {}, ...['Order', 'Goods', 'Amount', 'Status', 'Placed'].map((text, i) => h('th', {scope: 'col', class: i === 2 ? 'figure' : ''}, text)))), body);
    const count = h('p', {class: 'note', role: 'status'}, 'Asking…');
    let next = null;
    const newest = h('button', {type: 'button', class: 'quiet', disabled: before.length === 0, onclick: () => go({})}, 'Newest');
    const newer = h('button', {type: 'button', class: 'quiet', disabled: before.length === 0, onclick: () => go({}, before.slice(0, -1))}, 'Newer');
    const older = h('button', {type: 'button', class: 'quiet', disabled: true, onclick: () => go({}, [...before, next])}, 'Older');
    const task = async () => {
      const query = new URLSearchParams({limit: page});
      for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
      if (cursor) query.set('cursor', cursor);
      const said = await get(`/v1/orders?${query.toString().replaceAll('+', '%20')}`, signal);
      await keyedInSlices(body, said.data, order => order.orderId, row);
      next = said.nextCursor;
      older.disabled = next === null;
      table.hidden = said.data.length === 0;
      const none = wanted.q ? 'No order has this id, reference or e-mail address. E-mail addresses are looked up among the orders that are listed.'
        : 'No such order.';
      say(count, said.data.length === 0 ? none : `Page ${before.length + 1}, ${said.data.length} orders${next === null ? ', the last' : ''}.`);
    };
    const kept = fresh(task, {signal, every: 5000, concerns: () => true});
    root.append(filters, kept.problem, h('section', {class: 'card'}, table, h('div', {class: 'row pager'}, newest, newer, older, count)));
  },
};
