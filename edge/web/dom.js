// Elements from values. Whatever a string says, it becomes text: nothing here, nor anywhere on the desk, makes markup of
// one.

/** h('p', {class: 'x', onclick: f, hidden: true}, 'text', element, [more], null) */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets what has changed, so that a reader's selection and a screen reader are left alone by what has not. */
export function say(element, text, mood) {
  const wanted = String(text ?? '');
  if (element.textContent !== wanted) element.textContent = wanted;
  if (mood !== undefined && element.dataset.mood !== mood) element.dataset.mood = mood;
  return element;
}

/** Puts in place of `parent`'s children what `items` say, keeping each element by its key, and the focus where it is.
    Stops after each. */
function* placing(parent, items, key, make) {
  const old = parent.keyed || new Map();
  const now = new Map();
  let at = parent.firstChild;
  for (const item of items) {
    const name = key(item);
    const known = old.get(name);
    const row = known || make(item);
    now.set(name, row);
    row.update?.(item);
    if (at === row.element) {
      at = at.nextSibling;
    } else {
      const focused = row.element.contains(document.activeElement) ? document.activeElement : null;
      parent.insertBefore(row.element, at);
      focused?.focus({preventScroll: true});
    }
    yield;
  }
  for (const [name, row] of old) if (!now.has(name)) row.element.remove();
  parent.keyed = now;
}
export function keyed(parent, items, key, make) {
  for (const steps = placing(parent, items, key, make); !steps.next().done;);
}

const slice = 10;  // rows that are made or brought up to date before the browser may paint and hear its user
const breath = () => new Promise(resolve => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = resolve;
  port2.postMessage(null);
});
/** The same for many, a few at a time. One after the other: who calls again waits until it is done. */
export async function keyedInSlices(parent, items, key, make) {
  let placed = 0;
  for (const steps = placing(parent, items, key, make); !steps.next().done;) if (++placed % slice === 0) await breath();
}

/** Replaces what is there, unless it would look the same: then it, and the focus in it, stay. */
export function replace(parent, state, make) {
  const text = JSON.stringify(state);
  if (parent.shown === text) return;
  parent.shown = text;
  const name = parent.contains(document.activeElement) ? document.activeElement.dataset.keep : undefined;
  parent.replaceChildren(...[make()].flat(2).filter(Boolean));
  if (name) parent.querySelector(`[data-keep="${CSS.escape(name)}"]`)?.focus({preventScroll: true});
}

const numbers = new Intl.NumberFormat('en');  // making one costs more than a row
export const number = value => numbers.format(value);

const times = new Intl.DateTimeFormat('en-GB', {timeStyle: 'medium'}), dates = new Intl.DateTimeFormat('en-CA');
export function clock(at) {
  const time = new Date(at);
  const text = times.format(time);
  return time.toDateString() === new Date().toDateString() ? text : `${dates.format(time)} ${text}`;
}
export const when = at => h('time', {datetime: at, title: at}, clock(at));

/** 0.41 ms, 12 ms, 2.3 s, 4 min, 3 h, 2 days */
export function duration(seconds) {
  const [value, unit] = seconds < 1 ? [seconds * 1000, 'ms'] : seconds < 120 ? [seconds, 's']
    : seconds < 7200 ? [seconds / 60, 'min'] : seconds < 172800 ? [seconds / 3600, 'h'] : [seconds / 86400, 'days'];
  return `${value < 10 ? Number(value.toFixed(value < 1 ? 2 : 1)) : Math.round(value)} ${unit}`;
}

/** Times with microseconds, which Date cuts off. */
export function secondsBetween(from, to) {
  const micros = text => BigInt(Date.parse(text.slice(0, 19) + 'Z')) * 1000n +
    BigInt((text.slice(20).replace(/Z$/, '') + '000000').slice(0, 6));
  return Number(micros(to) - micros(from)) / 1e6;
}

export function copyButton(what, text) {
  const button = h('button', {class: 'quiet', type: 'button', 'data-keep': `copy ${what}`, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed here';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  }, 'aria-label': `Copy: ${what}`}, 'Copy');
  return button;
}
