// The web apps' own sign-out would end their session and leave Keycloak's, which signs in again at once. This one ends both.
document.addEventListener(
  'click',
  event => {
    if (event.target.closest('.logout a')) {
      event.preventDefault();
      event.stopImmediatePropagation();
      window.location.assign('/logout');
    }
  },
  true,
);

// When the session has ended, the page knows the way back: Keycloak's sign-in, and here again.
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...args) {
  this.addEventListener('loadend', () => {
    if (this.status === 401) {
      window.location.reload();
    }
  });
  return send.apply(this, args);
};

export default [];
