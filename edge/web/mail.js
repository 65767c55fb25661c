// In the frame of a mail: shows the markup that the desk hands it. The frame has an origin of its own, so nothing of the
// desk's is in reach, and no script of the markup runs.
addEventListener('message', event => {
  if (event.source !== parent || typeof event.data !== 'string') return;
  const shown = new DOMParser().parseFromString(event.data, 'text/html');
  document.documentElement.replaceWith(document.adoptNode(shown.documentElement));
});
