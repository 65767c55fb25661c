// Keeps what a view shows up to date: asks again after a while, and soon after events that concern it; never twice at
// once, not while nobody looks, and not while a token is missing.
import {tokenGiven} from './api.js';
import {stream} from './stream.js';
import {h, say} from './dom.js';

const soon = 300;  // ms between an event and the question, and between two questions

/** `task(signal)` asks and shows. `concerns(frame)`: whether to ask again after it. Returns the line that tells what went
    wrong, and `now()`, which asks at once. */
export function fresh(task, {signal, every, concerns = () => false}) {
  const problem = h('p', {class: 'problem', role: 'alert', hidden: true});
  let timer = 0, running = false, dirty = false;
  const tell = text => {
    say(problem, text);
    problem.hidden = text === '';
  };
  const at = ms => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(now, ms);
  };
  async function now() {
    if (running) {
      dirty = true;
      return;
    }
    if (document.hidden || signal.aborted) return;
    running = true;
    dirty = false;
    try {
      await task(signal);
      tell('');
    } catch (error) {
      if (!signal.aborted) tell(error.message);
      if (error.status === 401) await tokenGiven();
    }
    running = false;
    at(dirty ? soon : every);
  }
  const unfollow = stream.follow(frames => {
    if (!frames.some(concerns)) return;
    if (running) dirty = true;
    else if (!dirty) {
      dirty = true;
      at(soon);
    }
  });
  const looked = () => { if (!document.hidden) now(); };
  document.addEventListener('visibilitychange', looked);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    unfollow();
    document.removeEventListener('visibilitychange', looked);
  });
  now();
  return {problem, now};
}
