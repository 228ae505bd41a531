// The chat's one socket: what comes in goes to the log, how it fares to the status line.

const form = document.querySelector("#say");
const log = document.querySelector("#log");
const message = document.querySelector("#message");
const status = document.querySelector("#status");

const address = new URL("ws", location.href);
address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const socket = new WebSocket(address);

// Without this script, or before it can be used, the form would lead nowhere.
function enable(usable) {
  for (const control of form.elements) {
    control.disabled = !usable;
  }
}

function show(state, text) {
  status.dataset.state = state;
  status.textContent = text;
}

function append(text) {
  const line = document.createElement("p");
  // As text: it may be anything that somebody cares to type.
  line.textContent = text;
  const readsTheEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(line);
  if (readsTheEnd) {
    log.scrollTop = log.scrollHeight;
  }
}

socket.addEventListener("open", () => {
  show("open", "connected");
  enable(true);
  message.focus();
});

socket.addEventListener("message", (event) => append(event.data));

socket.addEventListener("close", ({ code, reason }) => {
  show("closed", `closed: ${reason ? `${code}, ${reason}` : code}`);
  enable(false);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(message.value);
  form.reset();
});

show("connecting", "connecting");
