// For the resident on the phone: how does it stand with my request? Any request that one of the reader's desks took part in, by
// its code.
import { api } from './api.js';
import { el, element, words } from './dom.js';
import { departmentNames } from './decision.js';
import { header, history, photos, story } from './request.js';
import { close } from './panel.js';
import { supervision } from './supervision.js';

/** Shows a request in a dialog. */
export async function look(text, code, dialog) {
  try {
    const [request, names] = await Promise.all([api('/matters/' + encodeURIComponent(code)), departmentNames()]);
    const place = request.desk ? { deskName: request.desk.name, dueAt: request.deadline } : {};
    dialog.replaceChildren(
      header(text, place, request),
      story(text, request),
      ...photos(text, request),
      supervision(request),
      history(text, request, names),
      close(text, dialog),
    );
  } catch (problem) {
    dialog.replaceChildren(el('p', problem.message, 'note'), close(text, dialog));
  }
  if (!dialog.open) {
    dialog.showModal();
  }
}

export default [
  {
    id: 'liudan-lookup',
    pluginPoint: 'tasklist.navbar.action',
    priority: 300,
    render(node) {
      words().then(text => {
        const dialog = element('dialog', { className: 'hub-task hub-dialog' }, []);
        const code = element(
          'input',
          {
            type: 'search',
            className: 'form-control',
            placeholder: text('desk.lookup'),
            ariaLabel: text('desk.lookup'),
          },
          [],
        );
        const form = element(
          'form',
          {
            className: 'hub-lookup',
            onsubmit: event => {
              event.preventDefault();
              if (code.value.trim()) {
                look(text, code.value.trim(), dialog);
              }
            },
          },
          [code],
        );
        node.replaceChildren(form);
        document.body.append(dialog);
      });
    },
    unmount() {},
  },
];
