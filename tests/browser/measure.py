"""What the browser tests ask of the page's own layout: where its words stand, what is touched, how long frames take."""

WORDS = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element) => element.textContent.trim().slice(0, 50);
  const wrong = [];
  // The letters of a line fill about two thirds of its height.
  const letters = ({ left, right, top, bottom, height }) => ({ left, right, top: top + height / 5, bottom: bottom - height / 5 });
  const clipOf = (element) => {
    const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight, scrolls: false };
    for (let around = element; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (around.ownerSVGElement || (overflowX === 'visible' && overflowY === 'visible')) continue;
      const box = around.getBoundingClientRect();
      if (/auto|scroll/.test(overflowY) && around.scrollHeight > around.clientHeight + 1) clip.scrolls = true;
      clip.left = Math.max(clip.left, box.left);
      clip.right = Math.min(clip.right, box.right);
      clip.top = Math.max(clip.top, box.top);
      clip.bottom = Math.min(clip.bottom, box.bottom);
    }
    return clip;
  };
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('script, option, .hidden-label, .chips, title') || !shown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = clipOf(element);
    const { textOverflow, webkitLineClamp } = getComputedStyle(element);
    const ends = textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
    const rects = element.hasAttribute('textLength') ? [element.getBoundingClientRect()] : range.getClientRects();
    for (const rect of rects) {
      if (rect.width < 1) continue;
      const box = letters(rect);
      const isGone = box.bottom <= clip.top || box.top >= clip.bottom;
      const isCut = box.left < clip.left - 1 || box.right > clip.right + 1 || box.top < clip.top - 1 || box.bottom > clip.bottom + 1;
      if ((isGone || isCut) && clip.scrolls) continue;
      if (isCut && !ends) wrong.push(`cut: ${name(element)}`);
      words.push({ element, box });
    }
    const group = element.closest('.part, .pod, .node, .actor, .fault-badge');
    const frame = element.tagName === 'text' && group?.querySelector(':scope > rect, :scope > path, :scope > ellipse');
    if (frame) {
      const [text, room] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
      const sticksOut = text.left < room.left - 1 || text.right > room.right + 1 || letters(text).bottom > room.bottom + 1;
      if (sticksOut) wrong.push(`sticks out: ${name(element)}`);
    }
  }
  words.forEach(({ element, box }, index) => {
    for (const { element: other, box: its } of words.slice(index + 1)) {
      if (element === other || element.contains(other) || other.contains(element)) continue;
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 1 && down > 1) wrong.push(`overlap: ${name(element)} | ${name(other)}`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page is wider than the window');
  return [...new Set(wrong)];
}"""
"""Words that stand on others, stick out of their box, or are cut."""

TOUCHED = """() => {
  window.touched = [];
  new MutationObserver((records) => {
    for (const { type, target, attributeName } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const actor = element?.closest('[data-actor]')?.getAttribute('data-actor');
      window.touched.push([type, attributeName ?? '', actor ?? element?.id ?? element?.className ?? ''].join(' '));
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
"""From now on ``window.touched`` tells what is changed in the page: how, which attribute, of which actor."""

FRAMES = """(ms) => new Promise((done) => {
  const gaps = [];
  const places = new Set();
  let last = performance.now();
  const end = last + ms;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    places.add(document.querySelector('.chip')?.getAttribute('transform') ?? '');
    if (now < end) requestAnimationFrame(frame);
    else done({ gaps: gaps.slice(2), places: places.size });
  };
  requestAnimationFrame(frame);
})"""
"""The milliseconds between frames for a while, and at how many places a chip was seen."""

DRAWN = """() => new Promise((done) => {
  new IntersectionObserver((_, observer) => {
    observer.disconnect();
    done(true);
  }).observe(document.body);
})"""
"""Wait until the browser has drawn the page once more; frames of a page whose time is held do not come, this does."""

SETTLED = """() =>
  Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished)).then(() => true)"""
"""Wait until what moves from one place to another is there."""

FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"
"""Take away what the page remembers."""

WATCH = """() => {
  const visible = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const shared = (low, high, lowOther, highOther) => Math.min(high, highOther) - Math.max(low, lowOther);
  // A line's box is higher than its letters: a third of it may reach into the next line's.
  const overlap = (a, b) =>
    shared(a.left, a.right, b.left, b.right) > 1 && shared(a.top, a.bottom, b.top, b.bottom) > Math.min(a.height, b.height) / 3;
  const rect = (element) => element.getBoundingClientRect();
  window.faults = [];
  window.looks = 0;
  const look = () => {
    window.looks += 1;
    const drawn = [...document.querySelectorAll("#stage text")].filter((text) => !text.closest(".chips"));
    const texts = drawn.filter((text) => visible(text) && text.textContent);
    for (const text of texts) {
      const box = text.parentElement.querySelector(":scope > rect, :scope > path:not(.ribbon)");
      if (box && !inside(rect(text), rect(box))) window.faults.push(`sticks out: ${text.textContent}`);
    }
    texts.forEach((text, index) => {
      for (const other of texts.slice(index + 1)) {
        if (overlap(rect(text), rect(other))) window.faults.push(`overlap: ${text.textContent} | ${other.textContent}`);
      }
    });
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (const element of [...texts, ...document.querySelectorAll(".chip, .strip > *, .caption, .caption-text, .inspector, .timeline")]) {
      if (visible(element) && !inside(rect(element), screen)) window.faults.push(`off the screen: ${element.textContent.slice(0, 60)}`);
    }
    const caption = document.querySelector(".caption");
    if (!inside(rect(document.getElementById("caption-text")), rect(caption)) || caption.scrollHeight > caption.clientHeight + 1)
      window.faults.push(`cut: ${caption.textContent}`);
    const strip = [...document.querySelectorAll(".strip > *")].filter(visible);
    strip.forEach((one, index) => strip.slice(index + 1).forEach((other) => {
      if (overlap(rect(one), rect(other))) window.faults.push(`overlap: ${one.textContent} | ${other.textContent}`);
    }));
    if (document.documentElement.scrollWidth > innerWidth) window.faults.push("the page is wider than the window");
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document.getElementById("caption-text"), { childList: true });
  look();
}"""
"""Look whenever a caption comes: texts in their boxes (a ribbon's number stands beside it), no text on another, the caption whole, the
picture in the window. ``window.faults`` tells what is not so, ``window.looks`` how often that was looked at."""
