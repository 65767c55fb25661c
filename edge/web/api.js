// The engine's HTTP API: the only thing that the desk knows of the orders.

let asked = null;  // while a token is asked for: resolved with it
const listeners = new Set();

export const token = () => sessionStorage.getItem('token') || '';
export const headers = more => (token() ? {Authorization: `Bearer ${token()}`, ...more} : {...more});

/** Called with (needed, why) when a token is needed and when there is one. */
export function onToken(listener) { listeners.add(listener); }

function needToken(why) {
  if (!asked) {
    let resolve;
    asked = {promise: new Promise(done => { resolve = done; }), resolve};
  }
  for (const listener of listeners) listener(true, why);
}
export function useToken(text) {
  sessionStorage.setItem('token', text);
  const waiting = asked;
  asked = null;
  for (const listener of listeners) listener(false, '');
  waiting?.resolve();
}
/** Resolved when a token may be tried again. */
export const tokenGiven = () => asked?.promise ?? Promise.resolve();

/** What went wrong, as the problem document says it. */
export class Problem extends Error {
  constructor(status, said) {
    super([said.title, said.pointer && `at ${said.pointer}`].filter(Boolean).join(' ') + (said.detail ? `: ${said.detail}` : ''));
    this.status = status;
    this.said = said;
  }
}

export function refused(status, used) {
  if (status === 401) needToken(used ? 'The engine does not know this token.' : '');
}

export async function call(method, path, body, signal) {
  const used = token();
  let answer;
  try {
    answer = await fetch(path, {
      method, signal, cache: 'no-store', headers: headers(body === undefined ? {} : {'Content-Type': 'application/json'}),
      body: body === undefined ? undefined : JSON.stringify(body)});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, {title: 'The engine does not answer'});
  }
  const text = await answer.text();
  let said = text;
  if (/json/.test(answer.headers.get('Content-Type') || '')) said = JSON.parse(text);
  if (answer.ok) return said;
  refused(answer.status, used);
  throw new Problem(answer.status, typeof said === 'object' ? said : {title: `${answer.status} ${answer.statusText}`});
}
export const get = (path, signal) => call('GET', path, undefined, signal);

/** What a person types to do the same. */
export function curl(method, path, body) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ['curl', '-s'];
  if (method !== 'GET') parts.push('-X', method);
  parts.push(quoted(location.origin + path));
  if (token()) parts.push('-H', '"Authorization: Bearer $TOKEN"');
  if (body !== undefined) parts.push('--json', quoted(JSON.stringify(body)));
  return parts.join(' ');
}
