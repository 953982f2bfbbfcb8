"""A small OpenID Connect provider on this machine: discovery, authorization code with PKCE, a signed identity."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "grid", "a secret of two"


@dataclass
class Provider:
    """Vouches for ``subject``, whoever asks; ``fault`` makes it misbehave in one way."""

    subject: str = "sub-1"
    fault: str = ""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self) -> str:
        """Serve in a thread; the issuer's address comes back."""
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self.issuer

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def _app(self) -> Flask:
        app = Flask("provider", static_folder=None)

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Any:
            return jsonify(
                issuer=self.issuer,
                authorization_endpoint=f"{self.issuer}/authorize",
                token_endpoint=f"{self.issuer}/token",
                jwks_uri=f"{self.issuer}/jwks",
                id_token_signing_alg_values_supported=["RS256"],
            )

        @app.get("/jwks")
        def jwks() -> Any:
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/authorize")
        def authorize() -> Any:
            code = secrets.token_urlsafe(8)
            self._asked[code] = request.args.to_dict()
            state = "another" if self.fault == "state" else request.args["state"]
            return redirect(f"{request.args['redirect_uri']}?{urlencode({'code': code, 'state': state})}")

        @app.post("/token")
        def token() -> Any:
            return self._token()

        return app

    def _token(self) -> Any:
        asked = self._asked.pop(request.form["code"])
        proof = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        assert request.authorization is not None
        assert (request.authorization.username, request.authorization.password) == (CLIENT, SECRET)
        now = int(time.time())
        claims = {
            "iss": "http://elsewhere" if self.fault == "issuer" else self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now - 900 if self.fault == "expired" else now + 300,
            "nonce": "another" if self.fault == "nonce" else asked["nonce"],
        }
        signer = RSAKey.generate_key(2048, {"kid": "one"}) if self.fault == "signature" else self.key
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, signer)
        return jsonify(access_token="x", token_type="Bearer", expires_in=300, id_token=signed)
