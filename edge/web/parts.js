// Pieces that several views show.
import {call, curl} from './api.js';
import {copyButton, h, say} from './dom.js';
import {moodOf, words} from './saga.js';

export const shortId = id => id.slice(0, 8) + '…' + id.slice(-4);
export const orderLink = (id, text = shortId(id)) => h('a', {href: `#/orders/${encodeURIComponent(id)}`, title: id, class: 'id'}, text);
export const chip = status => h('span', {class: 'chip', 'data-mood': moodOf(status)}, words(status));

/** A select; `options` are [value, text]. */
export function choice(label, name, options, value, changed) {
  const select = h('select', {name, onchange: () => changed(select.value)},
    options.map(([one, text]) => h('option', {value: one, selected: one === value}, text)));
  return h('label', {}, label, select);
}

/** A button that changes something, and what came of it beside it. `said`: where that is told. */
export function action(text, {method = 'POST', path, body, ask, done, said, quiet = false}) {
  const button = h('button', {type: 'button', class: quiet ? 'quiet' : '', 'data-keep': text, onclick: async () => {
    if (ask && !await confirmed(ask, text)) return;
    button.disabled = true;
    say(said, 'Asked for; waiting for the acknowledgement…', 'wait');
    try {
      const answer = await call(method, path, body);
      say(said, done(answer), 'good');
    } catch (error) {
      say(said, error.message, 'bad');
    }
    button.disabled = false;
  }}, text);
  return button;
}

/** A question that has to be answered first; Escape says no. */
function confirmed(question, yes) {
  return new Promise(resolve => {
    const dialog = h('dialog', {'aria-label': yes, onclose: () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    }},
    h('p', {}, question),
    h('div', {class: 'row'},
      h('button', {type: 'button', onclick: () => dialog.close('yes')}, yes),
      h('button', {type: 'button', class: 'quiet', onclick: () => dialog.close('no')}, 'No, leave it')));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function commands(rows) {
  return h('details', {class: 'commands'}, h('summary', {}, 'As commands'),
    rows.map(([what, method, path, body]) => h('div', {class: 'command'},
      h('code', {}, curl(method, path, body)), copyButton(what, () => curl(method, path, body)))));
}
