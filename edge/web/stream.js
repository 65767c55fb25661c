// The event stream, followed for as long as the page lives: after a break it goes on behind the last event, with the token
// that is there then (an EventSource could not send one). A busy engine writes far more than anybody reads, so an event
// stays text here until somebody shows it.
import {Problem, get, headers, refused, token, tokenGiven} from './api.js';

const silence = 40000;  // ms; the engine says something every 15 s
const before = 60;      // events from before the page was opened, so that it does not begin empty
const followers = new Set();
const watchers = new Set();
let lastId = null;
let connections = 0;
let ended = new AbortController();  // of the connection there is
let state = {text: 'connecting', mood: 'wait'};

export const stream = {
  events: 0,  // so far
  /** Called with the frames of each turn: [{id, data}], data the CloudEvent's text, null for a gap. */
  follow(listener) { followers.add(listener); return () => followers.delete(listener); },
  /** Called with {text, mood} now and whenever it changes. */
  watch(listener) { watchers.add(listener); listener(state); },
};

function tell(text, mood) {
  state = {text, mood};
  for (const listener of watchers) listener(state);
}

function frame(text) {
  const one = {id: null, data: null, gap: false};
  for (const line of text.split('\n')) {
    if (line.startsWith('data: ')) one.data = line.slice(6);
    else if (line.startsWith('id: ')) one.id = line.slice(4);
    else if (line === 'event: gap') one.gap = true;
  }
  if (one.gap) one.data = null;
  return one.id !== null || one.gap ? one : null;
}

/** Reads frames until the stream ends; calls each(frames). */
export async function read(answer, each, alive = () => {}) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let left = '';;) {
    const {value, done} = await reader.read();
    if (done) return;
    alive();
    const texts = (left + value).split('\n\n');
    left = texts.pop();
    each(texts.map(frame).filter(Boolean));
  }
}

function take(frames) {
  if (connections === 1) frames = frames.filter(one => !one.gap);  // nothing was followed before
  if (frames.length === 0) return;
  stream.events += frames.length;
  lastId = frames.findLast(one => one.id !== null)?.id ?? lastId;
  for (const listener of followers) listener(frames);
}

/** The place of an event a little before the newest; null: not known. */
async function recent() {
  const {data: [newest]} = await get('/v1/orders?limit=1');
  return newest === undefined ? null : String(Math.max(0, newest.steps.at(-1).offset - before));
}

/** A browser gives all its tabs six connections to an engine: one that nobody looks at gives its own back. */
const leave = () => ended.abort();
addEventListener('pagehide', leave);
document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); });
async function lookedAt() {
  while (document.hidden) await new Promise(done => { document.addEventListener('visibilitychange', done, {once: true}); });
}

/** Until it ends, or has been silent for too long. */
async function once() {
  lastId ??= await recent();
  ended = new AbortController();
  let watchdog = 0;
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => ended.abort(), silence);
  };
  alive();
  try {
    const used = token();
    const answer = await fetch('/v1/events', {
      headers: headers(lastId === null ? {} : {'Last-Event-ID': lastId}), cache: 'no-store', signal: ended.signal});
    if (!answer.ok) {
      refused(answer.status, used);
      throw new Problem(answer.status, {title: 'no stream'});
    }
    tell('live', 'good');
    ++connections;
    await read(answer, take, alive);
  } finally {
    clearTimeout(watchdog);
  }
}

export async function start() {
  for (let pause = 250;; pause = Math.min(pause * 2, 5000)) {
    const had = connections;
    await lookedAt();
    try {
      await once();
      tell('connecting again', 'wait');
    } catch (error) {
      tell({401: 'a token is needed', 403: 'this token may not follow events'}[error.status] || 'not connected, trying again', 'bad');
      if (error.status === 401) await tokenGiven();
    }
    if (connections > had) pause = 250;
    await new Promise(done => setTimeout(done, pause));
  }
}

/** The event at an offset, as the engine's short memory of them has it; null: not any more. */
export async function eventAt(offset) {
  const enough = new AbortController();
  let found = null;
  try {
    const answer = await fetch('/v1/events', {
      headers: headers({'Last-Event-ID': String(offset - 1)}), cache: 'no-store', signal: enough.signal});
    if (!answer.ok) return null;
    await read(answer, frames => {
      if (frames.length === 0 || enough.signal.aborted) return;
      if (frames[0].id === String(offset)) found = frames[0].data;
      enough.abort();
    });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return found;
}
