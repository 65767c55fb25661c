// The live page's script. It follows the event stream by fetch, not EventSource, because only that can send a
// token; counts every event but draws at most once a frame, so that a busy engine does not stall the page.
#pragma once

#include <string_view>

namespace web {

inline constexpr std::string_view script = R"js(
'use strict';
const $ = id => document.getElementById(id);
const shown = 120, history = 60;
const counts = {placed: 0, completed: 0, cancelled: 0};
const rates = new Array(history).fill(0), going = new Set();  // orders on their way to cancelled
let rows = [], paused = false, drawn = true, second = 0, lastId = null, retry = 500;

const token = () => sessionStorage.getItem('token') || '';
const headers = more => token() ? {...more, Authorization: 'Bearer ' + token()} : {...more};
function pill(id, text, mood) { $(id).textContent = text; $(id).className = 'pill ' + (mood || ''); }
function wantToken() { $('tokenline').hidden = false; }

function take(frame) {
  let id = null, name = 'message', data = '';
  for (const line of frame.split('\n')) {
    if (line.startsWith('data: ')) data += line.slice(6);
    else if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('event: ')) name = line.slice(7);
  }
  if (name === 'gap') rows.unshift({gap: true});
  if (name !== 'message' || !data) { draw(); return; }
  lastId = id;
  ++second;
  const event = JSON.parse(data), type = event.type.split('.').pop();
  if (type === 'OrderPlaced') ++counts.placed;
  // A mail, sent or given up, ends the order; the state before it tells which end.
  if (type === 'OrderCancelled') going.add(event.subject);
  if (type === 'NotificationSent' || type === 'NotificationFailed')
    ++counts[going.delete(event.subject) ? 'cancelled' : 'completed'];
  rows.unshift({offset: id, time: event.time, type, order: event.subject || ''});
  if (rows.length > shown) rows.length = shown;
  draw();
}

const mood = type => /Not|Insufficient|Failed|Parked|Cancel/.test(type) ? 'bad' : /Refund|Released|Resumed/.test(type) ? 'warm' : 'good';
function cell(row, text, name) { const td = row.insertCell(); td.textContent = text; if (name) td.className = name; }
function draw() { if (drawn) { drawn = false; requestAnimationFrame(paint); } }
function paint() {
  drawn = true;
  const number = n => n.toLocaleString('en');
  $('placed').textContent = number(counts.placed);
  $('completed').textContent = number(counts.completed);
  $('cancelled').textContent = number(counts.cancelled);
  $('underway').textContent = number(Math.max(0, counts.placed - counts.completed - counts.cancelled));
  if (paused) return;
  const body = document.createElement('tbody');
  body.id = 'events';
  for (const one of rows) {
    const row = body.insertRow();
    if (one.gap) { cell(row, ''); cell(row, ''); cell(row, 'some events were missed', 'warm'); cell(row, ''); continue; }
    cell(row, one.time.slice(11, 23)); cell(row, one.offset); cell(row, one.type, mood(one.type)); cell(row, one.order);
    row.tabIndex = 0;
    row.onclick = () => show(one.order);
    row.onkeydown = e => { if (e.key === 'Enter') show(one.order); };
  }
  $('events').replaceWith(body);
}

function chart() {
  rates.push(second); rates.shift();
  $('rate').textContent = second.toLocaleString('en');
  second = 0;
  const canvas = $('chart'), scale = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
  canvas.width = w * scale; canvas.height = h * scale;
  const pen = canvas.getContext('2d'), top = Math.max(...rates, 1);
  pen.scale(scale, scale);
  pen.strokeStyle = getComputedStyle(document.body).getPropertyValue('--accent');
  pen.lineWidth = 1.5;
  pen.beginPath();
  rates.forEach((rate, i) => pen.lineTo(i / (history - 1) * w, h - 2 - rate / top * (h - 4)));
  pen.stroke();
}

async function follow() {
  try {
    const answer = await fetch('/v1/events', {headers: headers(lastId ? {'Last-Event-ID': lastId} : {}), cache: 'no-store'});
    if (answer.status === 401 || answer.status === 403) { wantToken(); pill('stream', 'a token is needed', 'bad'); return; }
    if (!answer.ok) throw new Error(answer.status);
    pill('stream', 'live', 'good');
    retry = 500;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let left = '';;) {
      const {value, done} = await reader.read();
      if (done) break;
      const frames = (left + value).split('\n\n');
      left = frames.pop();
      frames.forEach(take);
    }
  } catch (error) { /* told below */ }
  pill('stream', 'not connected, trying again', 'bad');
  setTimeout(follow, retry);
  retry = Math.min(retry * 2, 8000);
}

async function ready() {
  try {
    const answer = await fetch('/readyz', {cache: 'no-store'}), said = await answer.json();
    pill('ready', said.stage || said.status, answer.ok ? 'good' : 'bad');
  } catch (error) { pill('ready', 'not there', 'bad'); }
}

async function show(order) {
  const answer = await fetch('/v1/orders/' + encodeURIComponent(order), {headers: headers()});
  $('detailtitle').textContent = order;
  $('detailtext').textContent = JSON.stringify(await answer.json(), null, 2);
  $('detail').showModal();
}

function say(text, name) { $('result').textContent = text; $('result').className = name; }
$('form').onsubmit = async submit => {
  submit.preventDefault();
  const form = new FormData($('form')), order = {};
  if (form.get('token')) { const fresh = !token(); sessionStorage.setItem('token', form.get('token')); if (fresh) follow(); }
  for (const name of ['userId', 'userEmail', 'item', 'amount', 'currency']) if (form.get(name)) order[name] = form.get(name);
  $('send').disabled = true;
  try {
    const began = performance.now();
    const answer = await fetch('/v1/orders', {method: 'POST', headers: headers({'Content-Type': 'application/json'}), body: JSON.stringify(order)});
    const said = await answer.json(), ms = (performance.now() - began).toFixed(1);
    if (answer.status === 401 || answer.status === 403) wantToken();
    if (answer.ok) say(`${answer.status} in ${ms} ms: ${said.orderId}`, 'good');
    else say(`${answer.status} ${said.title}${said.pointer ? ' at ' + said.pointer : ''}${said.detail ? ': ' + said.detail : ''}`, 'bad');
  } catch (error) { say('no answer: ' + error.message, 'bad'); }
  $('send').disabled = false;
};
$('pause').onclick = () => {
  paused = !paused;
  $('pause').textContent = paused ? 'go on' : 'pause';
  $('pause').setAttribute('aria-pressed', paused);
  draw();
};
$('close').onclick = () => $('detail').close();
setInterval(chart, 1000);
setInterval(ready, 5000);
ready();
follow();
)js";

}  // namespace web
