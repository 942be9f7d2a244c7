"""Rode na pasta do exemplo: python3 -m unittest discover tests"""

import os
import string
import sys
import unittest
from pathlib import Path

os.environ.update(REDIS_HOST="127.0.0.1", REDIS_PORT="1")  # ninguém responde aqui
sys.path.insert(0, str(Path(__file__).parent.parent))

import gerador
import historico
from app import app


class Sorteio(unittest.TestCase):
    def test_todas_as_classes_aparecem_mesmo_na_menor_senha(self):
        for _ in range(200):
            senha = gerador.gerar(gerador.MENOR, True, True)
            self.assertEqual(len(senha), gerador.MENOR)
            for classe in (string.ascii_lowercase, string.ascii_uppercase, string.digits, gerador.ESPECIAIS):
                self.assertTrue(set(senha) & set(classe), senha)

    def test_so_letras_quando_nada_mais_foi_pedido(self):
        self.assertTrue(gerador.gerar(gerador.MAIOR, False, False).isalpha())


class SemRedis(unittest.TestCase):
    def setUp(self):
        self.cliente = app.test_client()

    def test_health_nao_precisa_do_redis(self):
        self.assertEqual(self.cliente.get("/health").json, {"status": "healthy"})

    def test_a_pagina_gera_e_avisa_que_nao_ha_historico(self):
        resposta = self.cliente.post("/", data={"tamanho": "20", "incluir_numeros": "on"})
        self.assertEqual(resposta.status_code, 200)
        self.assertIn("<output", resposta.text)
        self.assertIn("fora do ar", resposta.text)

    def test_o_historico_responde_503(self):
        resposta = self.cliente.get("/api/senhas")
        self.assertEqual(resposta.status_code, 503)
        self.assertIn("Redis", resposta.json["erro"])

    def test_a_api_gera_e_conta(self):
        resposta = self.cliente.post("/api/gerar-senha", json={"tamanho": 24})
        self.assertEqual(len(resposta.json["senha"]), 24)
        self.assertIn("senha_gerada_total", self.cliente.get("/metrics").text)

    def test_pedidos_invalidos_recebem_400(self):
        pedidos = [[], "x", {"tamanho": "8"}, {"tamanho": True}, {"tamanho": 3}, {"tamanho": 129}]
        for pedido in [*pedidos, {"incluir_numeros": 1}]:
            with self.subTest(pedido):
                resposta = self.cliente.post("/api/gerar-senha", json=pedido)
                self.assertEqual(resposta.status_code, 400)
                self.assertTrue(resposta.json["erro"])
        self.assertEqual(self.cliente.post("/api/gerar-senha", data="{").status_code, 400)
        for tamanho in ("", "oito", "-1", "9999999"):
            with self.subTest(tamanho):
                resposta = self.cliente.post("/", data={"tamanho": tamanho})
                self.assertEqual(resposta.status_code, 400)
                self.assertIn('role="alert"', resposta.text)


class ComHistorico(unittest.TestCase):
    def test_as_ultimas_aparecem_na_pagina_e_na_api_sem_virar_html(self):
        original, historico.ultimas = historico.ultimas, lambda: ["a<b>c"]
        try:
            self.assertIn("a&lt;b&gt;c", app.test_client().get("/").text)
            self.assertEqual(app.test_client().get("/api/senhas").json, {"senhas": ["a<b>c"]})
        finally:
            historico.ultimas = original


if __name__ == "__main__":
    unittest.main()
