// 督办 of a request: what supervision demands and by when, what the desks answer; for supervisors, to open and to release.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';

/** A section that fills itself; empty where there is nothing to see and nothing to do. */
export function supervision(request) {
  const box = element('div', { className: 'supervision' }, []);
  const refresh = () =>
    Promise.all([words(), api('/supervisions?matterCode=' + request.code)]).then(([text, page]) => {
      const open = page.items.find(item => !item.releasedAt);
      const parts = page.items.map(item => described(text, item));
      if (open) {
        parts.push(page.supervises ? release(text, open, refresh) : answer(text, open, refresh));
      } else if (page.supervises && request.status !== 'CLOSED') {
        parts.push(demand(text, request, refresh));
      }
      box.replaceChildren(...(parts.length ? [el('h4', text('desk.supervision')), ...parts] : []));
    });
  refresh().catch(() => {});
  return box;
}

function described(text, item) {
  return element('div', { className: item.releasedAt ? 'muted' : 'note', style: 'margin-bottom:6px' }, [
    el('div', text('desk.supervision.demand', text('desk.card.LEVEL_' + item.level), item.demand, moment(item.until))),
    item.answer && el('div', text('desk.supervision.answered', item.answer)),
    item.releasedAt && el('div', text('desk.supervision.released', moment(item.releasedAt), item.note ?? '')),
  ]);
}

function demand(text, request, done) {
  const words = element(
    'input',
    { type: 'text', className: 'form-control', placeholder: text('desk.supervision.demand-hint'), maxLength: 2000 },
    [],
  );
  const until = element(
    'input',
    {
      type: 'datetime-local',
      className: 'form-control',
      style: 'width:auto',
      ariaLabel: text('desk.supervision.until'),
    },
    [],
  );
  return row(
    text('desk.supervision.open'),
    [words, until],
    () =>
      api('/matters/' + request.code + '/supervision', {
        method: 'POST',
        json: { demand: words.value, until: until.value ? new Date(until.value).toISOString() : null },
      }),
    done,
  );
}

function answer(text, open, done) {
  const words = element(
    'input',
    { type: 'text', className: 'form-control', placeholder: text('desk.supervision.answer-hint'), maxLength: 2000 },
    [],
  );
  return row(
    text('desk.supervision.answer'),
    [words],
    () => api('/supervisions/' + open.id + '/answer', { method: 'POST', json: { answer: words.value } }),
    done,
  );
}

function release(text, open, done) {
  const words = element(
    'input',
    { type: 'text', className: 'form-control', placeholder: text('desk.supervision.note-hint'), maxLength: 2000 },
    [],
  );
  return row(
    text('desk.supervision.release'),
    [words],
    () => api('/supervisions/' + open.id + '/release', { method: 'POST', json: { note: words.value } }),
    done,
  );
}

function row(label, inputs, send, done) {
  const problem = el('div', '', 'error');
  const button = element(
    'button',
    {
      type: 'button',
      className: 'btn btn-default',
      onclick: async () => {
        try {
          await send();
          await done();
        } catch (refused) {
          problem.textContent = refused.message;
        }
      },
    },
    [label],
  );
  return element('div', { className: 'field' }, [
    element('div', { style: 'display:flex;gap:6px' }, [...inputs, button]),
    problem,
  ]);
}
