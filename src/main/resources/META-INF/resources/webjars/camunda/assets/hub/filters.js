import { element, words } from './dom.js';

// The Tasklist counts the filter that is open; staff want to see where work waits without opening each. Asked for rarely: a
// count for every filter of every open Tasklist adds up.
const EVERY = 5 * 60 * 1000;
const COUNTS = 'api/engine/engine/default/filter?resourceType=Task&itemCount=true';

let counts = new Map();
// The filters of single units are many: they stand folded below the others.
let units = new Set();
let unfold;

async function fetchCounts() {
  if (document.hidden || !document.querySelector('.task-filter')) {
    return;
  }
  const response = await fetch(document.querySelector('base').getAttribute('app-root') + '/' + COUNTS, {
    headers: { Accept: 'application/json' },
  });
  if (response.ok) {
    const filters = await response.json();
    counts = new Map(filters.map(filter => [filter.name, filter.itemCount]));
    units = new Set(filters.filter(filter => filter.properties.unit).map(filter => filter.name));
    unfold ??= units.size && (await button());
    show();
  }
}

async function button() {
  const text = await words();
  const node = element(
    'button',
    { type: 'button', className: 'btn btn-link hub-unfold', textContent: text('desk.by-unit') },
    [],
  );
  node.onclick = () => {
    const open = document.body.classList.toggle('hub-units-open');
    node.textContent = text(open ? 'desk.by-unit.fold' : 'desk.by-unit');
  };
  return node;
}

function show() {
  if (unfold && !unfold.isConnected) {
    document.querySelector('.task-filter')?.parentElement.after(unfold);
  }
  document.querySelectorAll('.task-filter .name a').forEach(name => {
    const title = name.firstChild?.textContent.trim();
    const count = counts.get(title);
    if (units.has(title)) {
      name.closest('.task-filter').classList.add('hub-unit');
    }
    if (count !== undefined && name.dataset.count !== String(count)) {
      name.dataset.count = count;
    }
  });
}

let wanted = true;
new MutationObserver(() => {
  if (wanted && document.querySelector('.task-filter')) {
    wanted = false;
    fetchCounts();
  }
  show();
}).observe(document.documentElement, { childList: true, subtree: true });
setInterval(fetchCounts, EVERY);

export default [];
