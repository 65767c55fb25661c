// The desk: which view is open, what stands above it, and the token.
import {get, onToken, useToken} from './api.js';
import {h, say} from './dom.js';
import events from './events.js';
import now from './now.js';
import order from './order.js';
import orders from './orders.js';
import person from './person.js';
import place from './place.js';
import stock from './stock.js';
import {start, stream} from './stream.js';

const views = {now, orders, order, person, stock, place, events};
const $ = id => document.getElementById(id);
let leave = null, begun = false, again = 0;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** #/orders?status=parked, #/orders/<id> */
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  const parameters = new URLSearchParams(query || '');
  if (name === 'orders' && id) {
    parameters.set('id', decoded(id));
    return {name: 'order', link: 'orders', parameters};
  }
  const known = Object.hasOwn(views, name) && name !== 'order' ? name : 'now';
  return {name: known, link: known, parameters};
}

function open() {
  const {name, link, parameters} = route();
  const view = views[name];
  leave?.abort();
  leave = new AbortController();
  const focus = document.activeElement?.closest('#view') && document.activeElement.getAttribute('name');
  const root = $('view');
  const title = h('h1', {tabindex: -1}, name === 'order' ? `Order ${parameters.get('id')}` : view.title);
  root.replaceChildren(title);
  view.open(root, parameters, leave.signal);
  document.title = `${view.title} · Order engine`;
  for (const one of document.querySelectorAll('nav a')) {
    if (one.hash === `#/${link}`) one.setAttribute('aria-current', 'page');
    else one.removeAttribute('aria-current');
  }
  // A filter that was just used keeps the focus; a new view is told of by its title.
  if (begun) (focus && root.querySelector(`[name="${CSS.escape(focus)}"]`) || title).focus({preventScroll: true});
  if (begun && !focus) scrollTo(0, 0);
  begun = true;
}

const tokenForm = $('token'), tokenText = $('token-text');
onToken((needed, why) => {
  const appears = needed && tokenForm.hidden;
  tokenForm.hidden = !needed;
  say(tokenForm.querySelector('.said'), why);
  if (appears) tokenText.focus();
});
tokenForm.addEventListener('submit', event => {
  event.preventDefault();
  const text = tokenText.value.trim();
  tokenText.value = '';
  useToken(text);
  if (tokenForm.contains(document.activeElement)) $('view').querySelector('h1').focus();
});

async function engine() {
  try {
    const answer = await fetch('/readyz', {cache: 'no-store'});
    const said = await answer.json();
    say($('engine'), answer.ok ? said.stage || said.status : said.stage, answer.ok ? 'good' : 'bad');
  } catch {
    say($('engine'), 'not there', 'bad');
  }
  try {
    const figures = await get('/metrics');
    const version = /^saga_build_info\{version="([^,"]*)/m.exec(figures)?.[1];
    if (version) say($('version'), `Engine ${version})`);
    const parked = /^saga_orders_listed\{status="parked"\} (\d+)$/m.exec(figures)?.[1] || '0';
    $('parked').hidden = parked === '0';
    say($('parked'), parked);
  } catch { /* said above */ }
  clearTimeout(again);
  again = setTimeout(engine, 4000);
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  $('view').focus();
});
stream.watch(({text, mood}) => {
  say($('stream'), text, mood);
  engine();  // it has gone, or is back
});
addEventListener('hashchange', open);
open();
start();
