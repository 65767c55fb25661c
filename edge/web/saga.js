// What an order's status and steps mean, in words and for the drawing of its way.

export const handlers = ['order', 'payment', 'inventory', 'shipping', 'notification'];
export const forwards = ['placed', 'paid', 'reserved', 'shipped', 'captured', 'completed'];
export const backwards = ['recalling', 'releasing', 'refunding', 'cancelling', 'cancelled', 'parked'];
export const statuses = [...forwards, ...backwards];
export const reasons = ['payment_declined', 'out_of_stock', 'shipping_failed', 'customer_request', 'deadline', 'unavailable',
  'unresolved', 'mail_refused'];

export const words = text => (text || '').replaceAll('_', ' ');

export function moodOf(status) {
  if (status === 'completed') return 'good';
  if (status === 'parked') return 'bad';
  if (status === 'cancelled') return 'still';
  return backwards.includes(status) ? 'warm' : 'live';
}

// What a step did to a station of the line: done, undone, failed, held (a person is needed), said (nothing of its own).
const marks = {
  OrderPlaced: ['order', 'done'], PaymentConfirmed: ['payment', 'done'], PaymentNotAuthorized: ['payment', 'failed'],
  PaymentUnresolved: ['payment', 'failed'], PaymentRefunded: ['payment', 'undone'], PaymentCaptured: ['payment', 'done'],
  InventoryUpdated: ['inventory', 'done'], InventoryInsufficient: ['inventory', 'failed'],
  InventoryUnresolved: ['inventory', 'failed'], InventoryReleased: ['inventory', 'undone'],
  ShippingConfirmed: ['shipping', 'done'], ShippingFailed: ['shipping', 'failed'], ShippingUnresolved: ['shipping', 'failed'],
  ShippingRecalled: ['shipping', 'undone'], OrderCancelled: ['order', 'undone'],
  NotificationSent: ['notification', 'done'], NotificationFailed: ['notification', 'failed'],
};
export const knownTypes = [...Object.keys(marks), 'OrderCancelRequested', 'OrderParked', 'OrderResumed', 'MailRequested',
  'StockSet', 'EpochStarted'];

export function moodOfType(type) {
  const [, mark] = marks[type] || [];
  if (type === 'OrderParked' || mark === 'failed') return 'bad';
  if (mark === 'undone' || type === 'OrderCancelRequested') return 'warm';
  return mark === 'done' ? 'good' : 'still';
}
/** Without the prefix that the engine may put before it. */
export const bare = type => type.split('.').pop();

const turns = {placed: 'payment', paid: 'inventory', reserved: 'shipping', shipped: 'notification', captured: 'notification',
  recalling: 'shipping', releasing: 'inventory', refunding: 'payment', cancelling: 'notification'};

/** The handler that has the order now, or nobody. */
export function holder(order) {
  if (order.parked) return order.parked.handler;
  if (order.retrying) return order.retrying.handler;
  if (order.waiting) return order.waiting.handler;
  return turns[order.status] || null;
}

/** [{handler, mark, now}] */
export function way(order) {
  const mark = {};
  for (const step of order.steps) {
    const [handler, what] = marks[bare(step.type)] || [];
    if (handler) mark[handler] = what;
  }
  const now = holder(order);
  return handlers.map(handler => ({handler, mark: mark[handler] || 'ahead', now: handler === now}));
}

const nexts = {
  placed: 'Payment takes the money.', paid: 'Inventory reserves the goods.', reserved: 'Shipping hands the parcel over.',
  shipped: 'The customer is told by mail.', captured: 'The customer is told by mail.',
  recalling: 'Shipping calls the parcel back, if there is one.', releasing: 'Inventory gives back what was reserved.',
  refunding: 'Payment gives the money back.', cancelling: 'It is closed, and the customer is told by mail.',
  completed: 'Nothing: it has shipped and the customer was told.', cancelled: 'Nothing: it is undone and the customer was told.',
  parked: 'It waits for a person: what undoes it did not work. Retry sends it on.',
};
export const next = order => nexts[order.status] || 'It goes on by itself.';

export const canCancel = order => ['placed', 'paid', 'reserved'].includes(order.status);
export const canRetry = order => order.status === 'parked';
export const canMail = order => order.status === 'completed' || order.status === 'cancelled';

export function goods(order) {
  if (order.item !== undefined) return order.item;
  const lines = order.items.map(line => (line.quantity === 1 ? line.sku : `${line.quantity} × ${line.sku}`));
  return lines.length > 3 ? `${lines.slice(0, 2).join(', ')} and ${lines.length - 2} more` : lines.join(', ');
}
export const lines = order => order.items || [{sku: order.item, quantity: 1}];

const currencies = new Map();  // to {digits, format}: making one costs more than a row
function currency(name) {
  if (!currencies.has(name)) {
    let digits = 2;
    try {
      digits = new Intl.NumberFormat('en', {style: 'currency', currency: name}).resolvedOptions().maximumFractionDigits;
    } catch { /* a currency that the browser does not know */ }
    currencies.set(name, {digits, format: new Intl.NumberFormat('en', {minimumFractionDigits: digits})});
  }
  return currencies.get(name);
}

/** With the currency's digits, as the engine counts them: in minor units. */
export function money(order, minor = order.amountMinor) {
  const {digits, format} = currency(order.currency);
  const text = format.format(Math.abs(minor) / 10 ** digits);
  return `${minor < 0 ? '−' : ''}${text} ${order.currency}`;
}

/** Of an order: [{at, text, minor}] */
export function moneyMoves(order) {
  const moves = [];
  for (const step of order.steps) {
    const type = bare(step.type);
    if (type === 'PaymentConfirmed') moves.push({at: step.at, what: 'paid', minor: order.amountMinor});
    if (type === 'PaymentRefunded') moves.push({at: step.at, what: 'given back', minor: -order.amountMinor});
    if (type === 'PaymentCaptured') moves.push({at: step.at, what: 'captured: what was held is taken', minor: 0});
  }
  return moves;
}
export function stockMoves(order) {
  const stocked = lines(order).filter(line => line.stocked !== false);
  const moves = [];
  for (const step of order.steps) {
    const sign = {InventoryUpdated: -1, InventoryReleased: 1}[bare(step.type)];
    if (sign) for (const line of stocked) moves.push({at: step.at, sku: line.sku, change: sign * line.quantity});
  }
  return moves;
}
