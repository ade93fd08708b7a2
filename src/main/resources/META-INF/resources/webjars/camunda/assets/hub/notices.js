// The cards that the reader's desks were told of: reminders, yellow and red cards, supervision of the own desk and of those below.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';
import { look } from './lookup.js';

function line(text, notice, dialog) {
  const code = element('a', { href: '', onclick: event => {
    event.preventDefault();
    look(text, notice.requestCode, dialog);
  } }, [notice.requestCode]);
  return element('li', { className: notice.open ? '' : 'muted' }, [
    el('span', text('desk.card.' + notice.card), 'card-tag ' + notice.card), ' ', code, ' ' + notice.title + ' ',
    el('div', [notice.deskName, notice.stepName, text(notice.open ? 'desk.due' : 'desk.done', moment(notice.dueAt)), text('desk.card.given', moment(notice.givenAt))].join(' · '), 'muted')
  ]);
}

export default [{
  id: 'liudan-notices',
  pluginPoint: 'tasklist.navbar.action',
  priority: 310,
  render(node) {
    words().then(text => {
      const dialog = element('dialog', { className: 'hub-task hub-dialog' }, []);
      const button = element('button', { type: 'button', className: 'btn btn-link hub-notices', onclick: async () => {
        const page = await api('/cards');
        dialog.replaceChildren(el('h3', text('desk.notices')),
          page.items.length ? element('ul', { className: 'notices' }, page.items.map(notice => line(text, notice, dialog))) : el('p', text('desk.notices.none'), 'muted'),
          element('p', { style: 'text-align:right;margin-top:12px' }, [element('button', { type: 'button', className: 'btn btn-primary', onclick: () => dialog.close() }, [text('desk.close')])]));
        dialog.showModal();
      } }, [text('desk.notices')]);
      node.replaceChildren(button);
      document.body.append(dialog);
    });
  },
  unmount() {}
}];
