// What there is to know of a request, for the task page and for the look-up by code.
import { api, photo } from './api.js';
import { el, element, moment } from './dom.js';
import { gridMap } from './map.js';

/** @param place where the request is now: the desk and until when */
export function header(text, place, request) {
  const late = place.dueAt && new Date(place.dueAt) < new Date();
  return element('div', {}, [
    el('h3', request.title),
    element('p', { className: 'tags' }, [
      el('span', request.code),
      el('span', request.kindName),
      place.deskName && el('span', place.deskName),
      request.categoryName && el('span', request.categoryName),
      el('span', request.statusName),
      request.urgency &&
        request.urgency !== 'NORMAL' &&
        el('span', text('desk.urgency.' + request.urgency), 'alert-tag'),
      request.urged > 0 && el('span', text('desk.urged', request.urged), 'alert-tag'),
      place.card && el('span', text('desk.card.' + place.card), 'card-tag ' + place.card),
      place.dueAt &&
        el(
          'span',
          text(late ? 'desk.overdue' : 'desk.due', moment(place.dueAt)) +
            (place.provisional ? text('desk.provisional') : ''),
          late ? 'alert-tag' : '',
        ),
    ]),
  ]);
}

export function story(text, request) {
  const contact = request.contact;
  const box = element('div', { className: 'two' }, [
    element('div', { className: 'words' }, [
      el('h4', request.kindName),
      ...fields(request),
      el(
        'p',
        contact
          ? text('desk.contact', contact.name ?? text('desk.unnamed'), contact.phone ?? '—')
          : text(request.anonymous ? 'desk.anonymous' : 'desk.no-contact'),
        'muted',
      ),
      el('p', [request.gridName, request.location?.address].filter(Boolean).join(' · '), 'muted'),
      request.masked &&
        request.fields.length > 0 &&
        original(text, request.code, fresh => box.replaceWith(story(text, fresh))),
    ]),
    gridMap(request, text),
  ]);
  return box;
}

/** What was filled in at the beginning; long texts without their label, where there is but one. */
function fields(request) {
  const others = request.fields.filter(field => field.value !== request.title && !areFiles(field.value));
  return others.map(field =>
    others.length === 1
      ? el('div', field.word)
      : element('div', {}, [el('span', field.label + '：', 'muted'), field.word]),
  );
}

/** For whoever isn't at work on the request, and has a reason to know more. */
function original(text, code, show) {
  const reason = element(
    'input',
    {
      type: 'text',
      className: 'form-control',
      placeholder: text('desk.unmask-reason'),
      ariaLabel: text('desk.unmask-reason'),
      maxLength: 500,
    },
    [],
  );
  const wrong = el('p', '', 'error');
  const ask = element(
    'button',
    {
      type: 'button',
      className: 'btn btn-default',
      onclick: async () => {
        try {
          show(await api('/matters/' + code + '/unmask', { method: 'POST', json: { reason: reason.value } }));
        } catch (problem) {
          wrong.textContent = problem.message;
        }
      },
    },
    [text('desk.unmask')],
  );
  return element('div', {}, [
    el('p', text('desk.masked'), 'muted'),
    element('div', { className: 'input-group' }, [reason, element('span', { className: 'input-group-btn' }, [ask])]),
    wrong,
  ]);
}

export function photos(text, request) {
  return request.attachments?.length
    ? [
        el('h4', text('desk.files')),
        element(
          'div',
          { className: 'photos' },
          request.attachments.map(file => photo(file)),
        ),
      ]
    : [];
}

/** What happened so far, with room for a note among the desks. */
export function history(text, request, names) {
  const list = element(
    'ol',
    { className: 'timeline' },
    request.timeline.map(entry =>
      element('li', {}, [
        el('span', moment(entry.at) + ' ', 'muted'),
        entry.text,
        entry.deskName ? el('span', ' ' + entry.deskName, 'muted') : null,
        entry.type === 'commented' ? el('div', entry.data.text) : said(text, entry.data, names),
      ]),
    ),
  );
  const note = element(
    'input',
    { type: 'text', className: 'form-control', placeholder: text('desk.comment-hint'), maxLength: 2000 },
    [],
  );
  const add = element(
    'button',
    {
      type: 'button',
      className: 'btn btn-default',
      onclick: async () => {
        if (!note.value.trim()) {
          return;
        }
        const fresh = await api('/matters/' + request.code + '/comments', {
          method: 'POST',
          json: { text: note.value },
        });
        box.replaceWith(history(text, fresh, names));
      },
    },
    [text('desk.comment-add')],
  );
  const box = element('div', {}, [
    el('h4', text('desk.history')),
    list,
    element('div', { className: 'input-group', style: 'margin-top:6px' }, [
      note,
      element('span', { className: 'input-group-btn' }, [add]),
    ]),
  ]);
  return box;
}

const FILE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function areFiles(value) {
  return Array.isArray(value) && value.length > 0 && value.every(one => FILE.test(one));
}

/** What went with a decision, in the words that the model had for it; files are left to the pictures above. */
function said(text, data, names) {
  const word = value =>
    typeof value === 'boolean' ? text(value ? 'desk.yes' : 'desk.no') : (names.get(value) ?? String(value));
  const shown = Object.entries(data?.fields ?? {})
    .filter(([, value]) => !areFiles(value))
    .map(
      ([name, value]) =>
        (data.labels?.[name] ? data.labels[name] + '：' : '') +
        (data.words?.[name] ?? [value].flat().map(word).join('、')),
    );
  return shown.length ? el('div', shown.join('；')) : null;
}
