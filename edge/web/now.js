// Now: how the engine is, and where its orders are.
import {get, Problem} from './api.js';
import {clock, duration, h, keyed, number, replace, say} from './dom.js';
import {fresh} from './fresh.js';
import {figures} from './prom.js';
import {handlers, moodOf, statuses} from './saga.js';

const at = {placed: 'payment', paid: 'inventory', reserved: 'shipping', shipped: 'notification', captured: 'notification'};
const back = {recalling: 'shipping', releasing: 'inventory', refunding: 'payment', cancelling: 'notification'};

function tile(name, href) {
  const value = h('b', {}, '–'), more = h('small', {});
  const element = h(href ? 'a' : 'div', {class: 'tile', href}, h('span', {}, name), value, more);
  return {element, set: (text, beside = '', mood = '') => { say(value, text); say(more, beside); element.dataset.mood = mood; }};
}

const time = seconds => (seconds === null ? '–' : duration(seconds));
const count = value => (value === undefined ? '–' : number(value));

/** A line of the last minute, as a picture beside the number that says it. */
class Spark {
  constructor() {
    this.values = [];
    this.line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    this.element = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    this.element.setAttribute('viewBox', '0 0 60 20');
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('class', 'spark');
    this.element.setAttribute('aria-hidden', 'true');
    this.element.append(this.line);
  }
  add(value) {
    this.values.push(value);
    if (this.values.length > 30) this.values.shift();
    const top = Math.max(1, ...this.values);
    this.line.setAttribute('points', this.values.map((one, i) => `${60 - 2 * (this.values.length - 1 - i)},${19 - 18 * one / top}`).join(' '));
  }
}

async function readiness(signal) {
  try {
    return {ready: true, ...await get('/readyz', signal)};
  } catch (error) {
    if (error instanceof Problem && error.said.stage) return {ready: false, ...error.said};
    throw error;
  }
}

/** null: this engine does not serve, which is no reason to show nothing. */
async function retryingOrders(signal) {
  try {
    return await get('/v1/orders?status=retrying&limit=100', signal);
  } catch (error) {
    if (error.status === 503) return null;
    throw error;
  }
}

/** [{name, mood, text}] of what the engine works with. */
function neighbours(now, ready) {
  const list = [];
  const away = name => now.value('saga_away_seconds', `neighbour="${name}"`) || 0;
  const since = seconds => `away for ${duration(seconds)}, since ${clock(Date.now() - 1000 * seconds)}`;
  const stalled = /kafka|acknowledge/i.test(ready.stage || '') && !ready.ready;
  const unacked = now.value('saga_tape_unacked');
  if (unacked !== undefined)
    list.push({name: 'Kafka', mood: stalled || away('kafka') > 0 ? 'bad' : 'good', text: away('kafka') > 0 ? `${since(away('kafka'))}: ${number(unacked)} events not acknowledged` : stalled ? ready.stage : `${number(unacked)} events not acknowledged`});
  const redis = now.value('saga_redis_connected');
  if (redis !== undefined)
    list.push({name: 'Redis', mood: redis === 1 ? 'good' : 'bad', text: redis === 1 ? `${count(now.value('saga_tape_unstored'))} events behind` : since(away('redis'))});
  const sent = now.growth('saga_mails_total', 'outcome="sent"');
  if (sent !== undefined)
    list.push({name: 'Mail server', mood: away('mail') > 0 ? 'bad' : 'good',
      text: away('mail') > 0 ? since(away('mail')) : `${number(sent)} mails in the last minute`});
  for (const {value, labels} of now.labelled('saga_participant_state')) {
    const seconds = now.value('saga_participant_state_seconds', `participant="${labels.participant}"`);
    const under = now.value('saga_participant_calls_under_way', `participant="${labels.participant}"`);
    list.push({name: `${labels.participant[0].toUpperCase()}${labels.participant.slice(1)}`, mood: ['good', 'warm', 'bad'][value],
      text: `${value === 2 ? since(seconds) : `${['up', 'slow: it asked for a pause'][value]} for ${duration(seconds)}`}, ${number(under)} calls under way`});
  }
  return list;
}

export default {
  title: 'Now',
  open(root, parameters, signal) {
    const stage = h('p', {class: 'lead', role: 'status'});
    const line = h('ol', {class: 'line', 'aria-label': 'Orders at each handler'});
    const spark = new Spark();
    const tiles = {
      placed: tile('Placed a second'), ended: tile('Done in memory', '#/orders?status=completed'), post: tile('POST to 202, p50'),
      ack: tile('Kafka’s ack, p50'), retrying: tile('Retrying', '#/orders?status=retrying'),
      parked: tile('Need a person', '#/person'), mail: tile('Wait for their mail'), live: tile('In memory, unfinished'),
    };
    tiles.placed.element.append(spark.element);
    const list = h('table', {}, h('caption', {class: 'unseen'}, 'Orders by status'));
    const around = h('ul', {class: 'around'});
    const body = h('tbody', {});
    list.append(h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Status'), h('th', {scope: 'col', class: 'figure'}, 'Orders'))), body);
    const note = h('p', {class: 'note'});
    let lastPlaced;
    const task = async () => {
      const [now, ready, retrying] = await Promise.all([figures(signal), readiness(signal), retryingOrders(signal)]);
      say(stage, ready.ready ? `The engine is ${ready.stage}.` : `The engine takes no orders: ${ready.stage}.`, ready.ready ? 'good' : 'bad');
      const orders = {};
      for (const {value, labels} of now.labelled('saga_orders_listed')) orders[labels.status] = value;
      const sum = map => handlers.map(handler => Object.keys(map).filter(one => map[one] === handler).reduce((all, one) => all + (orders[one] || 0), 0));
      const forth = sum(at), returning = sum(back);
      replace(line, [forth, returning], () => handlers.map((handler, i) => h('li', {class: 'station'},
        h('span', {class: 'name'}, handler),
        h('b', {}, number(forth[i] + returning[i])),
        h('small', {}, returning[i] > 0 ? `${number(returning[i])} going back` : forth[i] > 0 ? 'on their way' : ' '))));
      keyed(body, statuses.map(status => ({status, count: orders[status] || 0})), one => one.status, one => {
        const figure = h('td', {class: 'figure'});
        return {element: h('tr', {}, h('td', {}, h('a', {href: `#/orders?status=${one.status}`, class: 'chip', 'data-mood': moodOf(one.status)}, one.status)), figure),
          update: later => say(figure, number(later.count))};
      });
      const placed = now.value('saga_http_place_seconds_count');
      spark.add(lastPlaced === undefined ? 0 : Math.max(0, placed - lastPlaced));
      lastPlaced = placed;
      const span = now.seconds > 0 ? 'in the last minute' : 'since the start';
      tiles.placed.set(now.seconds > 0 ? now.perSecond('saga_http_place_seconds_count').toFixed(1) : '–', `${count(placed)} since the start`);
      tiles.ended.set(number((orders.completed || 0) + (orders.cancelled || 0)), `${number(orders.cancelled || 0)} of them cancelled`);
      tiles.post.set(time(now.quantile('saga_http_place_seconds', 0.5)), `p99 ${time(now.quantile('saga_http_place_seconds', 0.99))}, ${span}`);
      tiles.ack.set(time(now.quantile('saga_log_ack_seconds', 0.5)), `p99 ${time(now.quantile('saga_log_ack_seconds', 0.99))}, ${span}`);
      const tries = retrying?.data.length;
      tiles.retrying.set(count(tries) + (retrying?.nextCursor ? '+' : ''), 'wait for another attempt', tries > 0 ? 'warm' : '');
      tiles.parked.set(number(orders.parked || 0), 'parked: an undo did not work', orders.parked > 0 ? 'bad' : '');
      tiles.mail.set(count(now.value('saga_mail_backlog')), `${count(now.value('saga_mails_under_way'))} under way`);
      tiles.live.set(count(now.value('saga_orders_live')), `${count(now.value('saga_orders_resting'))} wait for somebody or a retry`);
      keyed(around, neighbours(now, ready), one => one.name, one => {
        const text = h('span', {}), dot = h('i', {class: 'dot'});
        return {element: h('li', {}, dot, h('b', {}, one.name), text),
          update: later => { say(text, later.text); dot.dataset.mood = later.mood; }};
      });
      const listed = statuses.reduce((all, status) => all + (orders[status] || 0), 0);
      say(note, listed === 0 ? 'No order so far. Place one under “Place an order”.' : `${number(listed)} orders: all unfinished and the last 10,000 that have ended.`);
    };
    const kept = fresh(task, {signal, every: 2000});
    root.append(kept.problem, stage, h('section', {class: 'card', 'aria-labelledby': 'line'}, h('h2', {id: 'line'}, 'The line'), line),
      h('section', {class: 'tiles', 'aria-label': 'Figures'}, Object.values(tiles).map(one => one.element)),
      h('div', {class: 'columns'},
        h('section', {class: 'card', 'aria-labelledby': 'statuses'}, h('h2', {id: 'statuses'}, 'Orders'), list, note),
        h('section', {class: 'card', 'aria-labelledby': 'neighbours'}, h('h2', {id: 'neighbours'}, 'What it works with'), around)));
  },
};
