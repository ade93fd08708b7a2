// The hub's REST API with the session of the web apps. The header tells the hub that the call comes from a page of its own: no
// other site can set it.
import { element } from './dom.js';

export async function api(path, { method = 'GET', json, body } = {}) {
  const response = await call(path, { method, body: json ? JSON.stringify(json) : body, headers: json ? { 'Content-Type': 'application/json' } : {} });
  return response.status === 204 ? null : response.json();
}

async function call(path, options) {
  const response = await fetch('/api/v1' + path, { ...options, headers: { ...options.headers, 'X-Requested-With': 'liudan-web', 'Accept-Language': 'zh-CN' } });
  if (response.status === 401) {
    // The session ended: the page itself knows the way to sign in again.
    window.location.reload();
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error([problem.detail ?? problem.title ?? response.statusText, ...(problem.errors ?? []).map(error => error.reason)].join(' '));
  }
  return response;
}

/** A picture that only the session may see, or a link to a document. */
export function photo(file) {
  const image = element(file.mediaType.startsWith('image/') ? 'img' : 'a', { alt: file.id, textContent: file.mediaType.startsWith('image/') ? '' : 'PDF' }, []);
  call('/attachments/' + file.id, {}).then(response => response.blob()).then(blob => {
    const url = URL.createObjectURL(blob);
    if (image.tagName === 'IMG') {
      image.src = url;
      image.onclick = () => window.open(url);
    } else {
      Object.assign(image, { href: url, target: '_blank' });
    }
  }, () => image.remove());
  return image;
}
