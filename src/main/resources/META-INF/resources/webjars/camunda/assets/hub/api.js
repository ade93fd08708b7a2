// The hub's REST API with the session of the web apps. The header tells the hub that the call comes from a page of its own: no
// other site can set it.
import { element } from './dom.js';

/** @param key under which a repeated call is answered as the first one was */
export async function api(path, { method = 'GET', json, body, key } = {}) {
  const response = await call(path, {
    method,
    body: json ? JSON.stringify(json) : body,
    headers: { ...(json && { 'Content-Type': 'application/json' }), ...(key && { 'Idempotency-Key': key }) },
  });
  return response.status === 204 ? null : response.json();
}

async function call(path, options) {
  const response = await fetch('/api/v1' + path, {
    ...options,
    headers: { ...options.headers, 'X-Requested-With': 'liudan-web', 'Accept-Language': 'zh-CN' },
  });
  if (response.status === 401) {
    // The session ended: the page itself knows the way to sign in again.
    window.location.reload();
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const errors = problem.errors ?? [];
    throw Object.assign(
      new Error(
        [problem.detail ?? problem.title ?? response.statusText, ...errors.map(error => error.reason)].join(' '),
      ),
      { errors },
    );
  }
  return response;
}

/** Downloads what the API gives as a table. */
export async function table(path, name) {
  const url = await dataUrl(await (await call(path, { headers: { Accept: 'text/csv' } })).blob());
  element('a', { href: url, download: name }, []).click();
}

/** A picture that only the session may see, large at a click, or a document to download. The web apps' content policy lets pictures be data, not blobs. */
export function photo(file) {
  const picture = file.mediaType.startsWith('image/');
  const node = element(
    picture ? 'img' : 'a',
    picture ? { alt: '' } : { textContent: 'PDF', download: file.id + '.pdf' },
    [],
  );
  call('/attachments/' + file.id, {})
    .then(response => response.blob())
    .then(dataUrl)
    .then(
      url => {
        if (!picture) {
          node.href = url;
          return;
        }
        node.src = url;
        node.onclick = () => enlarge(url);
      },
      () => node.remove(),
    );
  return node;
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

function enlarge(url) {
  const dialog = element(
    'dialog',
    { className: 'hub-picture', onclick: () => dialog.close(), onclose: () => dialog.remove() },
    [element('img', { src: url, alt: '' }, [])],
  );
  document.body.append(dialog);
  dialog.showModal();
}
