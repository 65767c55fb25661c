// The engine's metrics, read from their Prometheus text; and what they were during the last minute.
import {get} from './api.js';

const kept = 31;  // snapshots, one every 2 s: a minute
const snapshots = [];

/** Map of name{labels} to number. */
function parse(text) {
  const values = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || line[0] === '#') continue;
    const end = line.lastIndexOf(' ');
    values.set(line.slice(0, end), Number(line.slice(end + 1)));
  }
  return values;
}

export class Figures {
  constructor(now, before, seconds) {
    this.now = now;
    this.before = before;
    this.seconds = seconds;
  }
  /** Of a name, whatever its labels say: summed. */
  static sum(values, name, label = '') {
    let sum = 0, there = false;
    for (const [key, value] of values) {
      if (key !== name && !(key.startsWith(name + '{') && key.includes(label))) continue;
      sum += value;
      there = true;
    }
    return there ? sum : undefined;
  }
  value(name, label) { return Figures.sum(this.now, name, label); }
  /** More than a minute ago. */
  growth(name, label) {
    const value = this.value(name, label);
    return value === undefined ? undefined : value - (Figures.sum(this.before, name, label) ?? 0);
  }
  perSecond(name, label) { return this.seconds > 0 ? this.growth(name, label) / this.seconds : 0; }
  labelled(name) {
    const found = [];
    for (const [key, value] of this.now) {
      if (!key.startsWith(name + '{')) continue;
      found.push({value, labels: Object.fromEntries([...key.matchAll(/([a-z_]+)="([^"]*)"/g)].map(match => [match[1], match[2]]))});
    }
    return found;
  }
  /** In seconds, from the histogram's growth; null: nothing was measured. */
  quantile(name, share) {
    const buckets = [];
    for (const [key, value] of this.now) {
      if (!key.startsWith(name + '_bucket{')) continue;
      const bound = Number(key.match(/le="([^"]*)"/)[1].replace('+Inf', 'Infinity'));
      buckets.push({bound, count: value - (this.before.get(key) ?? 0)});
    }
    buckets.sort((a, b) => a.bound - b.bound);
    const total = buckets.at(-1)?.count ?? 0;
    if (total === 0) return null;
    let below = 0, floor = 0;
    for (const {bound, count} of buckets) {
      if (count >= share * total) {
        if (bound === Infinity) return floor;
        return floor + (bound - floor) * (share * total - below) / (count - below);
      }
      below = count;
      floor = bound;
    }
    return floor;
  }
}

/** Asks, and compares with a minute ago, or, as long as that is not known, with the engine's start. */
export async function figures(signal) {
  const values = parse(await get('/metrics', signal));
  const at = performance.now() / 1000;
  const last = snapshots.at(-1);
  // Counters that have fallen: another engine.
  if (last && (values.get('saga_log_acked_total') ?? 0) < (last.values.get('saga_log_acked_total') ?? 0)) snapshots.length = 0;
  snapshots.push({at, values});
  while (snapshots.length > kept) snapshots.shift();
  const first = snapshots[0];
  return snapshots.length > 1 ? new Figures(values, first.values, at - first.at) : new Figures(values, new Map(), 0);
}
