"""senhas: um gerador de senhas com página, API e métricas."""

import signal
import sys

from flask import Flask, jsonify, render_template, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

import gerador
import historico

app = Flask(__name__)
senhas_geradas = Counter("senha_gerada", "Senhas geradas desde o início")


def sortear(tamanho, numeros, especiais):
    senha = gerador.gerar(tamanho, numeros, especiais)
    senhas_geradas.inc()
    historico.guardar(senha)
    return senha


@app.get("/")
def pagina():
    return mostrar()


@app.post("/")
def pagina_com_senha():
    try:
        return mostrar(senha=sortear(*gerador.ler_formulario(request.form)))
    except gerador.PedidoInvalido as motivo:
        return mostrar(erro=str(motivo)), 400


def mostrar(senha=None, erro=None):
    novo = request.method == "GET"
    escolhas = {
        "tamanho": request.form.get("tamanho", gerador.PADRAO),
        "numeros": novo or "incluir_numeros" in request.form,
        "especiais": novo or "incluir_caracteres_especiais" in request.form,
    }
    return render_template(
        "index.html", senha=senha, erro=erro, senhas=historico.ultimas(), gerador=gerador, **escolhas
    )


@app.post("/api/gerar-senha")
def api_gerar():
    try:
        return jsonify(senha=sortear(*gerador.ler_json(request.get_json(silent=True))))
    except gerador.PedidoInvalido as motivo:
        return jsonify(erro=str(motivo)), 400


@app.get("/api/senhas")
def api_senhas():
    senhas = historico.ultimas()
    if senhas is None:
        return jsonify(erro="O histórico está fora do ar: o Redis não responde."), 503
    return jsonify(senhas=senhas)


@app.get("/metrics")
def metricas():
    return generate_latest(), {"Content-Type": CONTENT_TYPE_LATEST}


@app.get("/health")
def saude():
    return jsonify(status="healthy")


@app.after_request
def proteger(resposta):
    resposta.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    resposta.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "static":
        resposta.headers["Cache-Control"] = "no-store"
    return resposta


if __name__ == "__main__":
    # Processo 1 de um contêiner não termina com SIGTERM se não disser como.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(host="0.0.0.0", port=5000)
