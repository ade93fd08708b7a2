// The columns of the task list: what a clerk tells tasks apart by. Tasks that come on the screen together are asked for together.
import { api } from './api.js';
import { el, element, words } from './dom.js';

let waiting = new Map();

function card(taskId) {
  if (!waiting.size) {
    setTimeout(fetchAll, 30);
  }
  if (!waiting.has(taskId)) {
    let answer;
    const promise = new Promise(resolve => {
      answer = resolve;
    });
    waiting.set(taskId, { promise, answer });
  }
  return waiting.get(taskId).promise;
}

async function fetchAll() {
  const asked = waiting;
  waiting = new Map();
  const cards = await api('/tasks/cards?' + [...asked.keys()].map(id => 'id=' + id).join('&')).catch(() => []);
  const byTask = new Map(cards.map(one => [one.taskId, one]));
  asked.forEach(({ answer }, id) => answer(byTask.get(id)));
}

export default [
  {
    id: 'liudan-card',
    pluginPoint: 'tasklist.card',
    priority: 100,
    render(node, { taskId }) {
      Promise.all([words(), card(taskId)]).then(([text, found]) => {
        if (found) {
          node.replaceChildren(
            element('div', { className: 'hub-card' }, [
              el('b', found.requestCode + '　' + found.title),
              element('br', {}, []),
              [found.categoryName, found.communityName, found.deskName].filter(Boolean).join(' · '),
              found.urgency &&
                found.urgency !== 'NORMAL' &&
                el('span', ' · ' + text('desk.urgency.' + found.urgency), 'alert-tag'),
              found.card && el('span', text('desk.card.' + found.card), 'card-tag ' + found.card),
              found.urged > 0 && el('span', ' · ' + text('desk.urged', found.urged), 'alert-tag'),
            ]),
          );
        }
      });
    },
    unmount() {},
  },
];
