// Place an order: the shop's payload, for trying out.
import {call, curl} from './api.js';
import {copyButton, duration, h, say} from './dom.js';
import {orderLink} from './parts.js';

const fields = [
  ['userId', 'User', {required: true, maxlength: 128, value: 'a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2'}],
  ['userEmail', 'E-mail', {required: true, type: 'email', maxlength: 254, value: 'you@example.com'}],
  ['item', 'Item', {required: true, maxlength: 128, value: 'keyboard'}],
  ['amount', 'Amount', {required: true, inputmode: 'decimal', pattern: '(0|[1-9][0-9]*)([.][0-9]+)?', value: '49.99'}],
  ['currency', 'Currency', {pattern: '[A-Z]{3}', maxlength: 3, placeholder: 'the engine’s own'}],
  ['reference', 'Reference', {maxlength: 64, placeholder: 'the shop’s own number'}],
];

export default {
  title: 'Place an order',
  open(root) {
    const inputs = Object.fromEntries(fields.map(([name, , attributes]) => [name, h('input', {name, ...attributes})]));
    const order = () => Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]).filter(([, value]) => value !== ''));
    const said = h('p', {class: 'said', role: 'status'}), command = h('code', {});
    const shown = () => say(command, curl('POST', '/v1/orders', order()));
    const send = h('button', {}, 'Place the order');
    const form = h('form', {class: 'card place', oninput: shown, onsubmit: async event => {
      event.preventDefault();
      send.disabled = true;
      const began = performance.now();
      try {
        const answer = await call('POST', '/v1/orders', order());
        say(said, '', 'good').append(`Acknowledged after ${duration((performance.now() - began) / 1000)}: order `, orderLink(answer.orderId, answer.orderId), '.');
      } catch (error) {
        say(said, error.message, 'bad');
      }
      send.disabled = false;
      send.focus();
    }}, fields.map(([name, text]) => h('label', {}, text, inputs[name])), h('div', {class: 'row'}, send), said);
    shown();
    root.append(form, h('section', {class: 'card', 'aria-labelledby': 'command'}, h('h2', {id: 'command'}, 'As a command'),
      h('div', {class: 'command'}, command, copyButton('this order as a command', () => curl('POST', '/v1/orders', order())))));
  },
};
