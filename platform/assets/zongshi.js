/* Looks again at a running job without reloading the whole page. Every page works without this file. */
(function () {
  'use strict';

  function later(box) {
    var seconds = Number(box.getAttribute('data-poll-seconds'));
    if (seconds > 0) {
      window.setTimeout(look, seconds * 1000);
    }
  }

  function look() {
    var request = new XMLHttpRequest();
    request.open('GET', window.location.href);
    request.onload = function () {
      var page = new DOMParser().parseFromString(request.responseText, 'text/html');
      var fresh = page.getElementById('progress');
      var old = document.getElementById('progress');
      if (request.status !== 200 || !fresh || !old) {
        window.location.reload();
        return;
      }
      if (!fresh.getAttribute('data-poll-seconds')) {
        window.location.reload();
        return;
      }
      replace(old, fresh);
      later(fresh);
    };
    request.onerror = function () {
      var box = document.getElementById('progress');
      if (box) {
        later(box);
      }
    };
    request.send();
  }

  /* The bar and the words change, the buttons stay: a person may be about to press one. */
  function replace(old, fresh) {
    var parts = ['.progress-line', 'progress', '.progress-detail'];
    parts.forEach(function (selector) {
      var from = old.querySelector(selector);
      var to = fresh.querySelector(selector);
      if (from && to) {
        from.parentNode.replaceChild(document.importNode(to, true), from);
      }
    });
  }

  var box = document.getElementById('progress');
  if (box) {
    later(box);
  }
}());
