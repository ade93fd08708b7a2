// A button in the Tasklist's head that opens a dialog of the hub's.
import { el, element, words } from './dom.js';

export function close(text, dialog) {
  return element('p', { style: 'text-align:right;margin-top:12px' }, [
    element('button', { type: 'button', className: 'btn btn-primary', onclick: () => dialog.close() }, [
      text('desk.close'),
    ]),
  ]);
}

/** @param fill gives the dialog's content below its title, each time it is opened; what it throws is shown instead */
export function panel(name, priority, fill) {
  return {
    id: 'liudan-' + name,
    pluginPoint: 'tasklist.navbar.action',
    priority,
    render(node) {
      words().then(text => {
        const title = text('desk.' + name);
        const dialog = element('dialog', { className: 'hub-task hub-dialog' }, []);
        node.replaceChildren(
          element(
            'button',
            {
              type: 'button',
              className: 'btn btn-link hub-' + name,
              onclick: async () => {
                const parts = await fill(text, dialog).catch(problem => [el('p', problem.message, 'note')]);
                dialog.replaceChildren(el('h3', title), ...parts, close(text, dialog));
                dialog.showModal();
              },
            },
            [title],
          ),
        );
        document.body.append(dialog);
      });
    },
    unmount() {},
  };
}
