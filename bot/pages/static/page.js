/* Everything works without this file. With it: new events appear by themselves, sheets take the focus, a form is sent
   once, and large type needs no reload. Written for old WebViews: ES5, nothing newer. */
(function () {
  'use strict';
  var doc = document;
  var root = doc.documentElement;
  var SLOW_POLL = 60000;

  /** @param {string} id */
  function byId(id) { return doc.getElementById(id); }

  /**
   * @template T
   * @param {ArrayLike<T>} list
   * @param {(item: T) => void} work
   */
  function each(list, work) { Array.prototype.forEach.call(list, work); }

  /* Large type */
  var size = byId('size');
  if (size) {
    size.addEventListener('click', function (event) {
      var big = root.className !== 'big';
      event.preventDefault();
      doc.cookie = 'big=' + (big ? '1' : '') + '; path=/; samesite=lax; max-age=' + (big ? 31536000 : 0);
      root.className = big ? 'big' : '';
      this.textContent = big ? '标准字' : '大字';
      this.setAttribute('aria-label', big ? '换回标准字号' : '换成大字');
      this.setAttribute('href', location.pathname + '?big=' + (big ? '0' : '1'));
    });
  }

  /* A form is sent once; coming back to the page makes it usable again. */
  doc.addEventListener('submit', function (event) {
    var form = event.target;
    var button = form instanceof HTMLFormElement ? form.querySelector('button[type=submit]') : null;
    if (!button) { return; }
    if (button.getAttribute('data-sent')) { event.preventDefault(); return; }
    button.setAttribute('data-sent', button.textContent || '');
    button.textContent = '正在提交…';
  });
  window.addEventListener('pageshow', function () {
    each(doc.querySelectorAll('button[data-sent]'), function (button) {
      button.textContent = button.getAttribute('data-sent');
      button.removeAttribute('data-sent');
    });
  });

  /* Sheets open by their address (#supplement); here they only take the focus, and give it back to what opened them. */
  var opened = '';
  function openSheet() {
    var id = location.hash.slice(1);
    var sheet = id && byId(id);
    return sheet && sheet.className === 'sheet' ? sheet : null;
  }
  function moved() {
    var sheet = openSheet();
    doc.body.classList.toggle('covered', Boolean(sheet));
    if (sheet) {
      opened = sheet.id;
      /** @type {HTMLElement | null} */
      var field = sheet.querySelector('textarea, input:not([type=hidden])');
      if (field && !sheet.contains(doc.activeElement)) { field.focus(); }
    } else if (opened) {
      /** @type {HTMLElement | null} */
      var opener = doc.querySelector('#part a[href="#' + opened + '"]');
      opened = '';
      if (opener) { opener.focus(); }
    }
  }
  window.addEventListener('hashchange', moved);
  doc.addEventListener('keydown', function (event) {
    var sheet = openSheet();
    if (!sheet) { return; }
    if (event.key === 'Escape' || event.key === 'Esc') { location.hash = '#part'; return; }
    if (event.key !== 'Tab') { return; }
    /** @type {NodeListOf<HTMLElement>} */
    var stops = sheet.querySelectorAll('.close, textarea, input:not([type=hidden]), button');
    var first = stops[0];
    var last = stops[stops.length - 1];
    var next = event.shiftKey ? last : first;
    if (next && doc.activeElement === (event.shiftKey ? first : last)) {
      event.preventDefault();
      next.focus();
    }
  });
  moved();
  /* What was answered is read out, and shown without leaving the top of the page. */
  var answer = byId('said');
  if (answer) { answer.focus({ preventScroll: true }); }

  /* New events */
  var page = byId('page');
  if (!page) { return; }
  var base = page.getAttribute('data-base');
  /** @type {EventSource | null} */
  var source = null;
  /** @type {number | null} */
  var timer = null;
  var busy = false;
  var again = false;

  function mark() {
    var part = byId('part');
    return part && part.getAttribute('data-mark');
  }

  /** @param {Element} sheet */
  function isTouched(sheet) {
    var found = sheet === openSheet();
    /** @type {NodeListOf<HTMLTextAreaElement | HTMLInputElement>} */
    var fields = sheet.querySelectorAll('textarea, input');
    each(fields, function (field) {
      found = found || (field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')
        ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
    });
    return found;
  }

  /* What somebody is typing stays as it is, and is not even moved: moving it would take the focus away. */
  /**
   * @param {Element} old
   * @param {Element} fresh
   */
  function swapSheets(old, fresh) {
    each(old.querySelectorAll('.sheet'), function (sheet) {
      var next = fresh.querySelector('#' + sheet.id);
      if (isTouched(sheet)) {
        if (next) { fresh.removeChild(next); }
      } else {
        old.removeChild(sheet);
      }
    });
    each(fresh.querySelectorAll('.sheet'), function (sheet) { old.appendChild(sheet); });
  }

  /**
   * @param {Element} old
   * @param {Element} fresh
   */
  function unfold(old, fresh) {
    each(old.querySelectorAll('details[open]'), function (folded) {
      var next = fresh.querySelector('details.' + folded.className);
      if (next) { next.setAttribute('open', ''); }
    });
  }

  /** @param {string} html */
  function swap(html) {
    var holder = doc.createElement('div');
    holder.innerHTML = html;
    var part = holder.querySelector('#part');
    var sheets = holder.querySelector('#sheets');
    var old = byId('part');
    var oldSheets = byId('sheets');
    if (!part || !sheets || !old || !oldSheets || part.getAttribute('data-mark') === mark()) { return; }
    var said = byId('said');
    var hero = part.querySelector('.hero');
    var news = byId('news');
    if (old.parentNode) { old.parentNode.replaceChild(part, old); }
    unfold(old, part);
    if (said && hero) { hero.insertAdjacentElement('afterend', said); }
    swapSheets(oldSheets, sheets);
    doc.body.className = part.getAttribute('data-mood') + (openSheet() ? ' covered' : '');
    doc.title = part.getAttribute('data-big') + ' · ' + doc.title.split(' · ').pop();
    showLive();
    var newest = part.querySelector('.newest');
    if (newest) { newest.classList.add('arrived'); }
    if (news) { news.textContent = '有新进展：' + part.getAttribute('data-big'); }
  }

  function fetchPart() {
    if (busy) { again = true; return; }
    busy = true;
    var request = new XMLHttpRequest();
    request.open('GET', base + '?part=1');
    request.timeout = 15000;
    request.onload = function () {
      if (request.status === 200) { swap(request.responseText); }
    };
    request.onloadend = function () {
      busy = false;
      if (again) { again = false; fetchPart(); }
    };
    request.send();
  }

  function showLive() {
    var live = byId('live');
    if (live) { live.hidden = !(source || timer); }
  }

  function poll() {
    if (!timer) { timer = setInterval(fetchPart, SLOW_POLL); }
    showLive();
  }

  function listen() {
    if (source || timer) { return; }
    if (!window.EventSource) { poll(); return; }
    source = new EventSource(base + '/live');
    source.addEventListener('mark', function (event) {
      if (event.data !== mark()) { fetchPart(); }
    });
    source.onerror = function () {
      /* Refused (too many pages open) or ended for good: ask now and then instead. */
      if (source && source.readyState === 2) { source = null; poll(); }
    };
    showLive();
  }

  function rest() {
    if (source) { source.close(); source = null; }
    if (timer) { clearInterval(timer); timer = null; }
  }

  doc.addEventListener('visibilitychange', function () {
    if (doc.hidden) { rest(); } else { listen(); }
  });
  window.addEventListener('pagehide', rest);
  window.addEventListener('pageshow', function () { if (!doc.hidden) { listen(); } });
}());
