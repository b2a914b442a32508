// Writes times in the reader's zone and renews the page when something changes. Nothing here is needed to read it.
"use strict";

const forms = {
  minute: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }),
};

function localTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    time.textContent = forms[time.dataset.form || "minute"].format(new Date(time.dateTime));
  }
}

function showLatest(part) {
  for (const picture of part.querySelectorAll(".picture")) {
    const ends = [...picture.querySelectorAll("a, .outlet path")].map((mark) => mark.getBoundingClientRect().right);
    const box = picture.getBoundingClientRect();
    picture.scrollLeft += Math.max(box.left - picture.scrollWidth, ...ends) - (box.left + box.right) / 2;
  }
}

function follow(main) {
  const live = document.getElementById("live");
  const watch = main.dataset.live;
  const events = new EventSource(watch ? "/live?watch=" + encodeURIComponent(watch) : "/live");
  let waiting = null;
  const renew = async () => {
    waiting = null;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || document.querySelector("details[open]") || main.contains(document.activeElement)) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("content");
    main.replaceChildren(...fresh.childNodes);
    localTimes(main);
    showLatest(main);
  };
  const soon = () => { waiting = waiting || setTimeout(renew, 500); };
  events.addEventListener("change", (event) => {
    const told = JSON.parse(event.data);
    live.hidden = false;
    live.textContent = told.watch + ": " + told.change.status;
    soon();
  });
  events.addEventListener("position", soon);
  addEventListener("pagehide", () => events.close());
}

localTimes(document);
showLatest(document);
const main = document.getElementById("content");
if (main && "live" in main.dataset && !new URLSearchParams(location.search).has("as_of")) follow(main);
