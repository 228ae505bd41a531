"use strict";

const login = document.getElementById("login");
const note = document.getElementById("note");

const MESSAGES = {
  403: "The site takes this request for one of another site. Is this its usual address?",
  409: "Another user has logged in meanwhile. Please open this page again.",
  503: "The site cannot answer now. Please try again.",
};

// The last user of this page. Another one does not get to see what they have typed.
let owner = null;

// Tells of a failure. The page stays as it is, and so does what its user has typed. A name
// in `textContent` is never read as HTML.
function tell(message) {
  document.getElementById("alert").textContent = message;
}

// Shows the note of a user, or the form for the login.
function show(user, message = "") {
  tell(message);
  login.hidden = user !== null;
  note.hidden = user === null;
  if (user !== null && user.name !== owner) {
    owner = user.name;
    note.elements.text.value = user.note ?? "";
    document.getElementById("name").textContent = owner;
  }
}

// Sends a request. Returns the response if the site has done what it asks for, and otherwise null.
// The browser adds the cookie, which no script can read, and says which page has sent the request.
async function send(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(path, { method, body, headers });
  } catch {
    tell("The site cannot be reached. Please try again.");
    return null;
  }
  if (response.ok) {
    return response;
  }
  if (response.status === 401 && path !== "/api/login") {
    // The note stays in its form, behind that of the login, and can be saved after it.
    show(null, owner === null ? "" : "Your session is over. Please log in to go on.");
  } else if (response.status === 401) {
    tell("This name and this password do not belong together.");
  } else {
    tell(MESSAGES[response.status] ?? `The site has answered ${response.status}.`);
  }
  return null;
}

login.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password, remember } = login.elements;
  const body = { name: name.value, password: password.value, remember: remember.checked };
  const headers = { "Content-Type": "application/json" };
  const response = await send("POST", "/api/login", JSON.stringify(body), headers);
  password.value = "";
  if (response) {
    show(await response.json());
  }
});

note.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await send("PUT", `/api/notes/${owner}`, note.elements.text.value)) {
    tell("Saved.");
  }
});

document.getElementById("logout").addEventListener("click", async () => {
  if (await send("POST", "/api/logout")) {
    // Nothing of the user stays in the page, where the next one could find it.
    location.reload();
  }
});

// Asks who is logged in: when the page is opened, and when it is seen again.
async function refresh() {
  const response = await send("GET", "/api/me");
  if (response) {
    show(await response.json());
  }
}

document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
