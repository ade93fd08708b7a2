// The cards that the reader's desks were told of: reminders, yellow and red cards, supervision of the own desk and of those below.
import { api } from './api.js';
import { el, element, moment } from './dom.js';
import { look } from './lookup.js';
import { panel } from './panel.js';

function line(text, notice, dialog) {
  const code = element(
    'a',
    {
      href: '',
      onclick: event => {
        event.preventDefault();
        look(text, notice.requestCode, dialog);
      },
    },
    [notice.requestCode],
  );
  return element('li', { className: notice.open ? '' : 'muted' }, [
    el('span', text('desk.card.' + notice.card), 'card-tag ' + notice.card),
    ' ',
    code,
    ' ' + notice.title + ' ',
    el(
      'div',
      [
        notice.deskName,
        notice.stepName,
        text(notice.open ? 'desk.due' : 'desk.done', moment(notice.dueAt)),
        text('desk.card.given', moment(notice.givenAt)),
      ].join(' · '),
      'muted',
    ),
  ]);
}

export default [
  panel('notices', 310, async (text, dialog) => {
    const page = await api('/cards');
    return [
      page.items.length
        ? element(
            'ul',
            { className: 'notices' },
            page.items.map(notice => line(text, notice, dialog)),
          )
        : el('p', text('desk.notices.none'), 'muted'),
    ];
  }),
];
