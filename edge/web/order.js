// One order: where it is on its way, what happened and when, what it cost and took, what can be done now.
import {get} from './api.js';
import {duration, h, keyed, number, replace, say, secondsBetween, when} from './dom.js';
import {fresh} from './fresh.js';
import {mails} from './mails.js';
import {action, chip, commands} from './parts.js';
import * as saga from './saga.js';
import {eventAt} from './stream.js';

/** "In 2.3 s", counted down without asking. */
function until(at) {
  const seconds = (Date.parse(at) - Date.now()) / 1000;
  return seconds > 0 ? `in ${duration(Math.max(0.1, seconds))}` : 'any moment';
}

function waits(order) {
  const {retrying, parked, waiting} = order;
  const parts = [saga.next(order)];
  if (parked) {
    parts.push(`${title(parked.handler)} gave up${parked.reason ? ` (${saga.words(parked.reason)})` : ''}${parked.attempts ? ` after ${number(parked.attempts)} attempts` : ''}.`);
    if (parked.error) parts.push(`The last answer: ${parked.error}.`);
  }
  if (retrying) {
    const of = retrying.of ? ` of ${number(retrying.of)}` : '';
    parts.push(`${retrying.attempts === 1 ? 'One attempt' : `${number(retrying.attempts)} attempts`} of ${retrying.handler} came to nothing` +
      `${retrying.nextAttempt ? `; attempt ${number(retrying.attempts + 1)}${of} ${until(retrying.nextAttempt)}` : ''}.`);
    if (retrying.error) parts.push(`The last answer: ${retrying.error}.`);
  }
  if (waiting) parts.push(`It waits for an answer of ${waiting.handler}${waiting.until ? `, expected ${until(waiting.until)}` : ''}.`);
  return parts.join(' ');
}

const title = text => text[0].toUpperCase() + text.slice(1);
const marked = {done: 'done', undone: 'undone', failed: 'failed', ahead: 'not reached'};

function drawWay(order) {
  return saga.way(order).map(({handler, mark, now}) => h('li', {class: 'station', 'data-mark': mark, 'aria-current': now ? 'step' : null},
    h('span', {class: 'name'}, handler), h('small', {}, now ? `now${mark === 'ahead' ? '' : `, was ${marked[mark]}`}` : marked[mark])));
}

/** A step; its CloudEvent is asked for when somebody wants to see it. */
function stepRow({step, before, acked}) {
  const type = saga.bare(step.type);
  const event = h('pre', {tabindex: 0});
  const details = h('details', {ontoggle: async () => {
    if (!details.open || event.textContent !== '') return;
    say(event, 'Asking…');
    try {
      const text = await eventAt(step.offset);
      say(event, text === null ? `The engine has it in its short memory no more. On the topic it is at offset ${step.offset}.` : JSON.stringify(JSON.parse(text), null, 2));
    } catch (error) {
      say(event, error.message);
    }
  }}, h('summary', {'aria-label': `CloudEvent of ${type}`}, 'CloudEvent'), event);
  const ack = acked ? duration(Math.max(0, secondsBetween(step.at, acked))) : '';
  const times = h('small', {});
  const element = h('li', {class: 'step', 'data-mood': saga.moodOfType(type)},
    h('div', {class: 'what'}, h('b', {}, type), times, step.answer ? h('small', {}, `the mail server: ${step.answer}`) : null),
    h('div', {class: 'when'}, when(step.at),
      h('small', {}, before ? `+${duration(secondsBetween(before, step.at))}` : 'the beginning', ack ? `, acknowledged ${ack} later` : '')),
    details);
  return {element, update({step: later}) { say(times, later.count ? `${number(later.count)} times, last ${later.lastAt.slice(0, 19).replace('T', ' ')} UTC` : ''); }};
}

function moves(order) {
  const money = saga.moneyMoves(order), stock = saga.stockMoves(order);
  const lines = saga.lines(order);
  return [
    h('h2', {}, 'Goods'),
    h('ul', {class: 'plain'}, lines.map(line => h('li', {}, h('span', {}, `${number(line.quantity)} × ${line.sku}`), h('span', {class: 'figure'}, line.price === undefined ? '' : `${line.price} ${order.currency}`))),
      order.discount ? h('li', {}, h('span', {}, 'discount'), h('span', {class: 'figure'}, `−${order.discount} ${order.currency}`)) : null,
      h('li', {class: 'total'}, h('span', {}, 'to pay'), h('span', {class: 'figure'}, saga.money(order)))),
    h('h2', {}, 'Money'),
    money.length === 0 ? h('p', {class: 'note'}, 'None has moved.')
      : h('ul', {class: 'plain'}, money.map(move => h('li', {}, h('span', {}, move.what), h('span', {class: 'figure'}, move.minor > 0 ? `+${saga.money(order, move.minor)}` : saga.money(order, move.minor)))),
        h('li', {class: 'total'}, h('span', {}, 'kept'), h('span', {class: 'figure'}, saga.money(order, money.reduce((sum, move) => sum + move.minor, 0))))),
    h('h2', {}, 'Stock'),
    stock.length === 0 ? h('p', {class: 'note'}, 'Nothing was reserved.')
      : h('ul', {class: 'plain'}, stock.map(move => h('li', {}, h('span', {}, `${move.sku}${move.change < 0 ? ', taken' : ', given back'}`),
        h('span', {class: 'figure'}, move.change < 0 ? `−${number(-move.change)}` : `+${number(move.change)}`)))),
  ];
}

/** The call of whoever does its turn outside, or the attempts at what is done inside. */
function drawCall(parent, order) {
  const {waiting, retrying, parked} = order;
  const of = retrying || parked;
  replace(parent, [waiting, retrying, parked], () => (!waiting && !of ? [] : h('section', {class: 'card', 'aria-labelledby': 'call'},
    h('h2', {id: 'call'}, waiting ? `Its call to ${waiting.handler}` : `Attempts of ${of.handler}`),
    h('dl', {}, [['Key', waiting?.key], ['Its turn since', waiting && when(waiting.since)], ['Attempts that came to nothing', of?.attempts && number(of.attempts)],
      ['The last answer', of?.error], ['Next attempt', retrying?.nextAttempt && when(retrying.nextAttempt)], ['Answers later, until', waiting?.until && when(waiting.until)],
      ['For the customer to do', waiting?.action && JSON.stringify(waiting.action)]]
      .filter(([, value]) => value).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))))));
}

/** Of each turn done outside the last call that has ended, as far as this engine made it and has the order in memory. */
function drawCalls(parent, {calls}) {
  replace(parent, calls, () => (!calls ? [] : h('section', {class: 'card', 'aria-labelledby': 'calls'},
    h('h2', {id: 'calls'}, 'Calls that have ended'),
    h('ol', {class: 'steps'}, calls.map(one => h('li', {class: 'step', 'data-mood': saga.moodOfType(one.answer)},
      h('div', {class: 'what'}, h('b', {}, one.turn), h('small', {}, one.answer), h('small', {class: 'id'}, one.key)),
      h('div', {class: 'when'}, when(one.at), one.attempts ? h('small', {}, one.attempts === 1 ? 'one call' : `${number(one.attempts)} calls`) : null)))))));
}

function facts(order) {
  const rows = [['Order', order.orderId], ['Reference', order.reference], ['Payment', order.paymentReference],
    ['Parcel', order.trackingNumber && [order.carrier, order.trackingNumber].filter(Boolean).join(' ')], ['Reason', saga.words(order.reason)]];
  for (const name of ['shipping', 'payment', 'metadata']) if (order[name]) rows.push([`${name[0].toUpperCase()}${name.slice(1)} data`, JSON.stringify(order[name])]);
  return h('dl', {}, rows.filter(([, value]) => value).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

export default {
  title: 'Order',
  open(root, parameters, signal) {
    const id = parameters.get('id');
    const path = `/v1/orders/${encodeURIComponent(id)}`;
    const status = h('div', {class: 'row lead'}), next = h('p', {class: 'next', role: 'status'});
    const line = h('ol', {class: 'line', 'aria-label': 'Its way'});
    const said = h('p', {class: 'said', role: 'status'});
    const buttons = h('div', {class: 'row'}), how = h('div', {}), steps = h('ol', {class: 'steps'}), about = h('div', {}), moved = h('div', {});
    const call = h('div', {}), calls = h('div', {}), letters = mails(id, signal);
    let order = null, mailed = 0;
    const sentOn = () => { kept.now(); return 'It is sent on.'; };
    const task = async () => {
      order = await get(path, signal);
      replace(status, [order.status, order.amountMinor], () => [chip(order.status), h('strong', {}, saga.money(order)), h('span', {}, saga.goods(order))]);
      say(next, waits(order));
      replace(line, saga.way(order), () => drawWay(order));
      const can = [saga.canCancel(order), saga.canRetry(order), saga.canMail(order)];
      replace(buttons, can, () => [
        can[0] && action('Cancel the order', {path: `${path}/cancel`, said, ask: 'Cancel this order? What has been done for it is undone.', done: () => { kept.now(); return 'It is going back.'; }}),
        can[1] && action('Retry', {path: `${path}/retry`, said, done: sentOn}),
        can[2] && action('Send the mail again', {path: `${path}/mail`, said, quiet: true, done: () => { kept.now(); return 'Its mail is on the way once more.'; }}),
        can.some(Boolean) ? null : h('p', {class: 'note'}, 'Nothing can be done for it from here now.')]);
      replace(how, can, () => commands([['this order', 'GET', path], ...(can[0] ? [['cancel', 'POST', `${path}/cancel`]] : []),
        ...(can[1] ? [['retry', 'POST', `${path}/retry`]] : []), ...(can[2] ? [['send the mail again', 'POST', `${path}/mail`]] : [])]));
      const acked = new Map((order.acked || []).map(one => [one.step, one.at]));
      keyed(steps, order.steps.map((step, i) => ({step, before: order.steps[i - 1]?.lastAt ?? order.steps[i - 1]?.at, acked: acked.get(step.step)})),
        one => `${one.step.step} ${one.acked}`, stepRow);
      replace(about, [order.status, order.reason, order.trackingNumber, order.paymentReference], () => facts(order));
      replace(moved, order.steps.length, () => moves(order));
      drawCall(call, order);
      drawCalls(calls, order);
      if (order.steps.length !== mailed) letters.ask();
      mailed = order.steps.length;
    };
    const kept = fresh(task, {signal, every: 2000, concerns: frame => frame.data === null || frame.data.includes(id)});
    const ticking = setInterval(() => { if (order?.retrying || order?.waiting) say(next, waits(order)); }, 200);
    signal.addEventListener('abort', () => clearInterval(ticking));
    root.append(h('p', {}, h('a', {href: '#/orders'}, '← All orders')), kept.problem, status,
      h('section', {class: 'card', 'aria-label': 'Its way and what comes next'}, line, next, buttons, said, how),
      h('div', {class: 'columns wide'},
        h('section', {class: 'card', 'aria-labelledby': 'happened'}, h('h2', {id: 'happened'}, 'What happened'), steps),
        h('section', {class: 'card', 'aria-label': 'Goods, money, stock'}, about, moved)),
      call, calls, letters.element);
  },
};
