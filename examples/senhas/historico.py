"""As últimas senhas, na lista `senhas` do Redis. Sem Redis não há histórico, mas o resto funciona."""

import os

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

LISTA = "senhas"
QUANTAS = 10

# Nada se conecta aqui: a conexão é feita no primeiro uso. Um Redis fora do ar não pode segurar a página.
redis = Redis(
    host=os.environ.get("REDIS_HOST", "localhost"),
    port=int(os.environ.get("REDIS_PORT", "6379")),
    username=os.environ.get("REDIS_USER") or None,
    password=os.environ.get("REDIS_PASS") or None,
    decode_responses=True,
    socket_connect_timeout=1,
    socket_timeout=1,
    retry=Retry(NoBackoff(), 0),
)


def guardar(senha):
    """Põe a senha no começo do histórico. False quando o Redis não responde."""
    try:
        with redis.pipeline() as comandos:
            comandos.lpush(LISTA, senha).ltrim(LISTA, 0, QUANTAS - 1).execute()
        return True
    except RedisError:
        return False


def ultimas():
    """As últimas dez senhas, a mais nova primeiro. None quando o Redis não responde."""
    try:
        return redis.lrange(LISTA, 0, QUANTAS - 1)
    except RedisError:
        return None
