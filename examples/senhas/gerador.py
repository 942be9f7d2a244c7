"""Sorteio de senhas. Usa `secrets`, feito para segredos; `random` é previsível."""

import secrets
import string

MENOR, MAIOR, PADRAO = 4, 128, 16
ESPECIAIS = "!@#$%&*()-_=+[]{}<>?"


class PedidoInvalido(ValueError):
    """O que foi pedido não pode ser atendido; o texto diz o motivo a quem pediu."""


def gerar(tamanho, numeros, especiais):
    """Uma senha com pelo menos um caractere de cada classe escolhida; maiúsculas e minúsculas entram sempre.

    Sorteia de novo até que todas as classes apareçam: assim toda senha válida tem a mesma chance.
    """
    if not MENOR <= tamanho <= MAIOR:
        raise PedidoInvalido(f"O tamanho deve ficar entre {MENOR} e {MAIOR}; veio {tamanho}.")
    classes = [string.ascii_lowercase, string.ascii_uppercase]
    if numeros:
        classes.append(string.digits)
    if especiais:
        classes.append(ESPECIAIS)
    alfabeto = "".join(classes)
    while True:
        senha = "".join(secrets.choice(alfabeto) for _ in range(tamanho))
        if all(set(senha) & set(classe) for classe in classes):
            return senha


def ler_json(pedido):
    """Os argumentos de `gerar` a partir do corpo JSON; campos que faltam ficam no padrão."""
    if not isinstance(pedido, dict):
        raise PedidoInvalido("Envie um objeto JSON, por exemplo {\"tamanho\": 16}.")
    tamanho = pedido.get("tamanho", PADRAO)
    if type(tamanho) is not int:
        raise PedidoInvalido("O campo tamanho deve ser um número inteiro.")
    escolhas = []
    for campo in ("incluir_numeros", "incluir_caracteres_especiais"):
        escolha = pedido.get(campo, True)
        if type(escolha) is not bool:
            raise PedidoInvalido(f"O campo {campo} deve ser true ou false.")
        escolhas.append(escolha)
    return tamanho, *escolhas


def ler_formulario(formulario):
    """Os argumentos de `gerar` a partir do formulário da página; caixas não marcadas não são enviadas."""
    texto = formulario.get("tamanho", "")
    if not (texto.isascii() and texto.isdigit() and len(texto) <= 6):
        raise PedidoInvalido("O tamanho deve ser um número inteiro.")
    return int(texto), "incluir_numeros" in formulario, "incluir_caracteres_especiais" in formulario
