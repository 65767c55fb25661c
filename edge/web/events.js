// Events: the acknowledged ones as they come, filtered, paused. Of a busy engine the last ones are shown.
import {h, keyedInSlices, number, say} from './dom.js';
import {choice, orderLink, shortId} from './parts.js';
import {bare, knownTypes, moodOfType} from './saga.js';
import {stream} from './stream.js';

const shown = 200;
const recent = [];  // kept while other views are looked at

stream.follow(frames => {
  recent.push(...frames.slice(-shown));
  if (recent.length > shown) recent.splice(0, recent.length - shown);
});

let gaps = 0;
function row(frame) {
  if (frame.data === null) return {element: h('li', {class: 'gap'}, 'Some events were missed here.')};
  const event = JSON.parse(frame.data), type = bare(event.type);
  const pre = h('pre', {tabindex: 0});
  const details = h('details', {ontoggle: () => say(pre, details.open ? JSON.stringify(event, null, 2) : '')},
    h('summary', {'aria-label': `CloudEvent at offset ${frame.id}`}, 'CloudEvent'), pre);
  const subject = event.subject || '';
  const about = type === 'StockSet' ? h('span', {class: 'id'}, subject) : subject ? orderLink(subject, shortId(subject)) : '';
  return {element: h('li', {'data-mood': moodOfType(type)}, h('span', {class: 'at'}, h('time', {datetime: event.time}, event.time.slice(11, 23))),
    h('b', {}, type), about, h('small', {class: 'figure'}, frame.id), details)};
}

export default {
  title: 'Events',
  open(root, parameters, signal) {
    let type = parameters.get('type') || '', text = '', paused = false, kept = recent.slice(), drawing = false, drawn = true;
    const list = h('ol', {class: 'events'}), note = h('p', {class: 'note'});
    const passes = frame => frame.data === null || ((!type || bare(/"type":"([^"]*)"/.exec(frame.data)?.[1] || '') === type) && (!text || frame.data.toLowerCase().includes(text)));
    const paint = async () => {
      drawn = true;
      if (!signal.aborted) {
        say(note, `${number(stream.events)} so far.${paused ? ' Paused; the list stands still.' : ''}`);
        if (!paused) await keyedInSlices(list, kept.slice().reverse(), frame => frame.id ?? (frame.number ??= `gap ${++gaps}`), row);
      }
      drawing = false;
      if (!drawn) draw();
    };
    const draw = () => {
      drawn = false;
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(paint);
    };
    const refilter = () => {
      kept = recent.filter(passes);
      draw();
    };
    const unfollow = stream.follow(frames => {
      for (const frame of frames) if (passes(frame)) kept.push(frame);
      if (kept.length > shown) kept.splice(0, kept.length - shown);
      draw();
    });
    signal.addEventListener('abort', unfollow);
    const pause = h('button', {type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => {
      paused = !paused;
      pause.setAttribute('aria-pressed', String(paused));
      draw();
    }}, 'Pause');
    const search = h('input', {type: 'search', name: 'text', placeholder: 'Order id, sku, any text', oninput: () => {
      text = search.value.trim().toLowerCase();
      refilter();
    }});
    root.append(h('form', {class: 'filters', role: 'search', onsubmit: event => event.preventDefault()},
      choice('Type', 'type', [['', 'all'], ...knownTypes.map(one => [one, one])], type, one => { type = one; refilter(); }),
      h('label', {}, 'Text', search), pause), note, h('section', {class: 'card'}, list));
    refilter();
  },
};
