"use strict";

// Unsafe requests of a session carry the token of its cookie.
function withToken(request) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
  if (token && !["GET", "HEAD"].includes(request.method)) {
    request.headers["X-CSRFToken"] = decodeURIComponent(token[1]);
  }
  return request;
}

SwaggerUIBundle({
  url: document.getElementById("documentation").dataset.document,
  dom_id: "#documentation",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: withToken,
});
