// The Tasklist counts the filter that is open; staff want to see where work waits without opening each. Asked for rarely: a
// count for every filter of every open Tasklist adds up.
const EVERY = 5 * 60 * 1000;
const COUNTS = 'api/engine/engine/default/filter?resourceType=Task&itemCount=true';

let counts = new Map();

async function fetchCounts() {
  if (document.hidden || !document.querySelector('.task-filter')) {
    return;
  }
  const response = await fetch(document.querySelector('base').getAttribute('app-root') + '/' + COUNTS, { headers: { Accept: 'application/json' } });
  if (response.ok) {
    counts = new Map((await response.json()).map(filter => [filter.name, filter.itemCount]));
    show();
  }
}

function show() {
  document.querySelectorAll('.task-filter .name a').forEach(name => {
    const count = counts.get(name.firstChild?.textContent.trim());
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
