// Finds the number whose SHA-256, behind the challenge and a colon, begins with as many zero bits as the hub asks for, and sends it.
// A plain SHA-256: the browser's own answers each call later, which takes ten times as long for so many short texts.
(function () {
  const K = new Int32Array(64);
  const START = new Int32Array(8);
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) {
      if (n % d === 0) {
        prime = false;
        break;
      }
    }
    if (prime) {
      if (found < 8) {
        START[found] = (Math.sqrt(n) % 1) * 0x100000000;
      }
      K[found++] = (Math.cbrt(n) % 1) * 0x100000000;
    }
  }
  const W = new Int32Array(64);

  function block(state, bytes, from) {
    for (let i = 0; i < 16; i++) {
      const at = from + i * 4;
      W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15];
      const b = W[i - 2];
      W[i] =
        (W[i - 16] +
          (((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)) +
          W[i - 7] +
          (((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10))) |
        0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 =
        (h +
          (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
          ((e & f) ^ (~e & g)) +
          K[i] +
          W[i]) |
        0;
      const t2 =
        ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
          ((a & b) ^ (a & c) ^ (b & c))) |
        0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  function solver(challenge) {
    const head = new TextEncoder().encode(challenge + ':');
    const whole = head.length - (head.length % 64);
    const begun = Int32Array.from(START);
    for (let at = 0; at < whole; at += 64) {
      block(begun, head, at);
    }
    const rest = head.subarray(whole);
    const tail = new Uint8Array(128);
    const state = new Int32Array(8);
    return number => {
      const text = String(number);
      const length = rest.length + text.length;
      const size = length + 9 > 64 ? 128 : 64;
      tail.fill(0);
      tail.set(rest);
      for (let i = 0; i < text.length; i++) {
        tail[rest.length + i] = text.charCodeAt(i);
      }
      tail[length] = 0x80;
      const bits = (whole + length) * 8;
      tail[size - 4] = bits >>> 24;
      tail[size - 3] = bits >>> 16;
      tail[size - 2] = bits >>> 8;
      tail[size - 1] = bits;
      state.set(begun);
      block(state, tail, 0);
      if (size === 128) {
        block(state, tail, 64);
      }
      return Math.clz32(state[0]) + (state[0] === 0 ? Math.clz32(state[1]) : 0);
    };
  }

  const form = document.getElementById('work');
  const zeros = solver(form.dataset.challenge);
  const bits = Number(form.dataset.bits);
  let number = 0;

  /** In pieces, so that the page stays alive meanwhile. */
  function go() {
    const end = performance.now() + 50;
    while (performance.now() < end) {
      for (let i = 0; i < 500; i++) {
        if (zeros(number) >= bits) {
          form.elements.work.value = String(number);
          form.submit();
          return;
        }
        number++;
      }
    }
    setTimeout(go, 0);
  }
  go();
})();
