// Needs a person: orders that are parked, and those that have been tried again for long, by who is in trouble and why.
import {get} from './api.js';
import {duration, h, keyed, keyedInSlices, number, say} from './dom.js';
import {fresh} from './fresh.js';
import {many} from './many.js';
import {action, orderLink} from './parts.js';
import {goods, holder, money, words} from './saga.js';

const long = 60;   // s that an order may be tried again before a person is told
const shown = 20;  // rows of a group
const pages = 4;

/** At most `pages` pages of 500, newest first. */
async function all(status, signal) {
  const orders = [];
  let cursor = '';
  for (let i = 0; i < pages; ++i) {
    const said = await get(`/v1/orders?status=${status}&limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, signal);
    orders.push(...said.data);
    cursor = said.nextCursor;
    if (cursor === null) return {orders, more: false};
  }
  return {orders, more: true};
}

const lastAt = order => Math.max(...order.steps.map(step => Date.parse(step.lastAt || step.at)));
const since = order => (Date.now() - lastAt(order)) / 1000;

function group(orders, of) {
  const groups = new Map();
  for (const order of orders) {
    const {name, parked, why} = of(order);
    if (!groups.has(name)) groups.set(name, {name, parked, why, orders: []});
    groups.get(name).orders.push(order);
  }
  for (const one of groups.values()) one.orders.sort((a, b) => lastAt(a) - lastAt(b));
  return [...groups.values()].sort((a, b) => b.orders.length - a.orders.length);
}

function parkedGroup(order) {
  const handler = holder(order) || 'somebody';
  const why = words(order.parked?.reason);
  return {name: `parked ${handler} ${why}`, parked: true, why: `${handler}${why ? `: ${why}` : ''}`};
}
function retryingGroup(order) {
  return {name: `retrying ${order.retrying.handler}`, parked: false, why: order.retrying.handler};
}

function row(first, refresh) {
  const age = h('small', {class: 'age'}), error = h('small', {class: 'error'}), said = h('small', {class: 'said', role: 'status'});
  const path = `/v1/orders/${first.orderId}/retry`;
  const button = first.status === 'parked' ? action('Retry', {path, said, quiet: true, done: () => { refresh(); return 'sent on'; }}) : null;
  button?.setAttribute('aria-label', `Retry order ${first.orderId}`);
  const element = h('li', {}, h('span', {class: 'who'}, orderLink(first.orderId), h('small', {}, first.reference || '')),
    h('span', {class: 'what'}, goods(first), error), h('span', {class: 'figure'}, money(first)), age, h('span', {class: 'row'}, button, said));
  return {element, update(order) {
    say(age, `since ${duration(since(order))}${order.retrying ? `, ${number(order.retrying.attempts)} attempts` : ''}`);
    say(error, (order.parked || order.retrying)?.error || '');
  }};
}

export default {
  title: 'Needs a person',
  open(root, parameters, signal) {
    const list = h('div', {}), note = h('p', {class: 'note', role: 'status'}, 'Asking…');
    const task = async () => {
      const [parked, retrying] = [await all('parked', signal), await all('retrying', signal)];
      const stuck = retrying.orders.filter(order => order.retrying && since(order) > long);
      const groups = [...group(parked.orders, parkedGroup), ...group(stuck, retryingGroup)];
      keyed(list, groups, one => one.name, one => {
        const title = h('h2', {}), rows = h('ul', {class: 'stuck'}), rest = h('p', {class: 'note'});
        return {element: h('section', {class: 'card'}, title, rows, rest), update(later) {
          later.rows = rows;
          say(title, `${later.parked ? 'Parked' : 'Tried again for long'} · ${later.why} · ${number(later.orders.length)}`);
          rest.hidden = later.orders.length <= shown;
          say(rest, `and ${number(later.orders.length - shown)} more, which come here when these are done.`);
        }};
      });
      for (const one of groups)
        await keyedInSlices(one.rows, one.orders.slice(0, shown), order => `${order.orderId} ${order.status}`, order => row(order, () => kept.now()));
      together.of(parked.orders, parked.more);
      const more = parked.more || retrying.more ? ' Only the newest 2,000 of each are looked at.' : '';
      say(note, groups.length === 0 ? 'Nobody: no order is parked, and none has been tried again for more than a minute.'
        : `Oldest first. A parked order waits for you; what undoes it did not work.${more}`);
    };
    const kept = fresh(task, {signal, every: 3000, concerns: frame => frame.data === null || /Order(Parked|Resumed)/.test(frame.data)});
    const together = many(signal, () => kept.now());
    root.append(kept.problem, note, together.element, list);
  },
};
