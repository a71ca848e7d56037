/**
 * What the live page does in the browser: it shows what the server rendered, and posts what a button says. Every value was
 * escaped on the server. Plain JavaScript, since it is sent as it stands.
 */
export const LIVE_SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
const view = byId('view'), status = byId('status'), note = byId('note');
const pause = byId('pause'), resume = byId('resume'), stop = byId('stop'), dialog = byId('confirm');
let ended = false;

const post = async (action) => {
  try {
    const response = await fetch(action, { method: 'POST' });
    note.textContent = response.ok ? '' : 'The command refused: ' + response.status;
  } catch {
    if (!ended) note.textContent = 'The command cannot be reached. It may have ended.';
  }
};
const swap = (hide, show) => {
  const focused = document.activeElement === hide;
  hide.hidden = true;
  show.hidden = false;
  if (focused) show.focus();
};
pause.addEventListener('click', () => post('pause'));
resume.addEventListener('click', () => post('resume'));
stop.addEventListener('click', () => dialog.showModal());
byId('stop-yes').addEventListener('click', () => { dialog.close(); void post('stop'); });
byId('stop-no').addEventListener('click', () => dialog.close());

const events = new EventSource('events');
events.addEventListener('view', (event) => {
  const state = JSON.parse(event.data);
  view.innerHTML = state.view;
  if (status.textContent !== state.status) status.textContent = state.status;
  document.title = state.title;
  if (state.paused) swap(pause, resume);
  else swap(resume, pause);
  pause.disabled = resume.disabled = stop.disabled = state.stopping;
  note.textContent = '';
});
events.addEventListener('end', (event) => {
  ended = true;
  events.close();
  if (dialog.open) dialog.close();
  const report = JSON.parse(event.data);
  document.title = report.title;
  byId('main').innerHTML = report.body;
  byId('heading').textContent = report.heading;
  document.querySelector('h1').focus();
});
events.addEventListener('error', () => {
  if (!ended) note.textContent = 'The command cannot be reached. It may have ended.';
});
`;
