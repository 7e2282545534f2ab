/* SPDX-License-Identifier: ISC */
#include "authority/signer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "authority/frame.h"
#include "charter/object.h"

enum { ANSWER_MS = 60000 };

struct signer {
	int fd;
};

struct signer *signer_open(const char *path, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct signer *s = NULL;
	int fd = -1;

	if (strlen(path) >= sizeof(a.sun_path)) {
		err_set(e, "signer_unavailable", "the signer's socket path is longer than %zu bytes", sizeof(a.sun_path) - 1);
		return NULL;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		s = calloc(1, sizeof(*s));
	if (s == NULL) {
		if (fd >= 0)
			close(fd);
		err_set(e, "signer_unavailable", "no signer answers at %s; is gauth-signer running?", path);
		return NULL;
	}
	s->fd = fd;
	return s;
}

void signer_close(struct signer *s)
{
	if (s == NULL)
		return;
	close(s->fd);
	free(s);
}

/* A refusal carries the signer's own name for it. */
static json_t *checked(json_t *answer, struct err *e)
{
	const char *name, *text;

	if (json_is_true(json_object_get(answer, "ok")))
		return answer;
	name = json_string_value(json_object_get(answer, "error"));
	text = json_string_value(json_object_get(answer, "text"));
	err_set(e, name == NULL ? "signer_unavailable" : name, "%s", text == NULL ? "the signer refused without a reason" : text);
	json_decref(answer);
	return NULL;
}

json_t *signer_ask(struct signer *s, json_t *request, struct err *e)
{
	struct buf out = { 0 }, in = { 0 };
	json_t *answer = NULL;

	if (request == NULL) {
		err_memory(e);
		return NULL;
	}
	if (json_write(request, &out, e) && frame_send(s->fd, buf_slice(&out), ANSWER_MS, e)) {
		if (frame_receive(s->fd, &in, ANSWER_MS, e))
			answer = json_read(buf_slice(&in), FRAME_MAX, e);
		else
			err_set(e, "signer_unavailable", "the signer closed the connection");
	}
	json_decref(request);
	buf_free(&out);
	buf_free(&in);
	return answer == NULL ? NULL : checked(answer, e);
}

/* {"op": ..., "genesis": ...}; genesis may be NULL. */
static json_t *request(const char *op, const struct digest *genesis)
{
	json_t *o = json_object();

	if (object_set_string(o, "op", op) && (genesis == NULL || object_set_digest(o, "genesis", genesis)))
		return o;
	json_decref(o);
	return NULL;
}

bool signer_hello(struct signer *s, const struct digest *genesis, struct signer_state *out, struct err *e)
{
	json_t *o = request("hello", genesis), *answer;
	int64_t size = 0, version = 0;
	struct at at;
	bool ok;

	memset(out, 0, sizeof(*out));
	if (!object_set_int(o, "v", SIGNER_VERSION)) {
		json_decref(o);
		return err_memory(e);
	}
	answer = signer_ask(s, o, e);
	at = at_root(answer, e);
	ok = answer != NULL && at_int(&at, "v", 0, JSON_INT_MAX, &version) &&
		(version == SIGNER_VERSION || at_refuse(&at, "wrong_version", "the signer speaks another version of the protocol")) &&
		at_int(&at, "epoch", 0, JSON_INT_MAX, &out->epoch) && at_int(&at, "size", 0, JSON_INT_MAX, &size) &&
		at_digest(&at, "root", &out->root);
	out->size = (uint64_t)size;
	json_decref(answer);
	return ok;
}

bool signer_create(struct signer *s, enum sig_alg alg, struct sig_pub *issuing, struct sig_pub *revocation, struct err *e)
{
	json_t *o = request("create", NULL), *answer;
	struct at at;
	bool ok;

	if (!object_set_string(o, "alg", sig_alg_name(alg))) {
		json_decref(o);
		return err_memory(e);
	}
	answer = signer_ask(s, o, e);
	at = at_root(answer, e);
	ok = answer != NULL && at_key(&at, "issuing", issuing) && at_key(&at, "revocation", revocation);
	json_decref(answer);
	return ok;
}

bool signer_extend(struct signer *s, const struct digest *genesis, uint64_t from, json_t *items, uint64_t *size, struct err *e)
{
	json_t *o = request("extend", genesis), *answer;
	int64_t n = 0;
	struct at at;
	bool ok;

	if (!object_set_int(o, "from", (int64_t)from) || json_object_set_new(o, "items", items) != 0) {
		json_decref(o);
		return err_memory(e);
	}
	answer = signer_ask(s, o, e);
	at = at_root(answer, e);
	ok = answer != NULL && at_int(&at, "size", 0, JSON_INT_MAX, &n);
	*size = (uint64_t)n;
	json_decref(answer);
	return ok;
}

/* An array of base64url texts, each into a buffer of its own. */
static bool read_all(json_t *answer, const char *name, size_t max, struct buf *out, size_t *n, struct err *e)
{
	struct at at = at_root(answer, e), list, one;

	if (answer == NULL || !at_member(&at, name, &list) || !at_array(&list, 0, max, n))
		return false;
	for (size_t i = 0; i < *n; i++)
		if (!at_element(&list, i, &one) || !at_base64(&one, NULL, 1, FRAME_MAX, &out[i]))
			return false;
	return true;
}

/* A request with a list of digests. */
static json_t *request_list(const char *op, const struct digest *genesis, const char *name, const struct digest *d, size_t n)
{
	json_t *o = request(op, genesis), *list = json_array();
	char text[DIGEST_TEXT];
	bool ok = o != NULL && list != NULL;

	for (size_t i = 0; i < n && ok; i++) {
		digest_text(&d[i], text);
		ok = json_array_append_new(list, json_string(text)) == 0;
	}
	ok = ok && json_object_set(o, name, list) == 0;
	json_decref(list);
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

bool signer_issuers(struct signer *s, const struct digest *genesis, const struct digest *spki, size_t n, struct err *e)
{
	json_t *answer = signer_ask(s, request_list("issuers", genesis, "issuing", spki, n), e);

	json_decref(answer);
	return answer != NULL;
}

bool signer_certify(struct signer *s, const struct digest *genesis, const struct digest *causes, size_t n, struct buf *out, struct err *e)
{
	json_t *answer = signer_ask(s, request_list("certify", genesis, "causes", causes, n), e);
	size_t got = 0;
	bool ok;

	ok = read_all(answer, "certificates", n, out, &got, e);
	json_decref(answer);
	return ok && got == n ? true : err_set(e, "signer_unavailable", "the signer answered with %zu certificates for %zu causes", got, n);
}

bool signer_authority(struct signer *s, const struct digest *genesis, struct buf der[static 8], size_t *n, struct err *e)
{
	json_t *answer = signer_ask(s, request("authority", genesis), e);
	bool ok = read_all(answer, "certificates", 8, der, n, e);

	json_decref(answer);
	return ok;
}

bool signer_lists(struct signer *s, const struct digest *genesis, struct signer_list *out, struct err *e)
{
	json_t *answer = signer_ask(s, request("lists", genesis), e);
	struct at at = at_root(answer, e), list;
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = answer != NULL && (!at_has(&at, "crl") || at_base64(&at, "crl", 1, FRAME_MAX, &out->crl)) &&
		(!at_has(&at, "tbs") || (at_base64(&at, "tbs", 1, FRAME_MAX, &out->tbs) && at_digest(&at, "issuing", &out->issuing))) &&
		at_member(&at, "revocations", &list) && json_write(list.v, &out->revocations, e);
	json_decref(answer);
	if (!ok)
		signer_list_free(out);
	return ok;
}

void signer_list_free(struct signer_list *l)
{
	buf_free(&l->revocations);
	buf_free(&l->crl);
	buf_free(&l->tbs);
}

bool signer_prepare(struct signer *s, const struct digest *genesis, const struct digest *cause, struct buf *tbs, struct err *e)
{
	json_t *o = request("prepare", genesis), *answer;
	struct at at;
	bool ok;

	if (!object_set_digest(o, "cause", cause)) {
		json_decref(o);
		return err_memory(e);
	}
	answer = signer_ask(s, o, e);
	at = at_root(answer, e);
	ok = answer != NULL && at_base64(&at, "tbs", 1, FRAME_MAX, tbs);
	json_decref(answer);
	return ok;
}

bool signer_seal(struct signer *s, const struct digest *genesis, const struct digest *cause, const uint8_t sig[static SIG_BYTES],
	struct buf *der, struct err *e)
{
	json_t *o = request("seal", genesis), *answer;
	struct at at;
	bool ok;

	if (!object_set_digest(o, "cause", cause) || !object_set_base64(o, "signature", slice_of(sig, SIG_BYTES))) {
		json_decref(o);
		return err_memory(e);
	}
	answer = signer_ask(s, o, e);
	at = at_root(answer, e);
	ok = answer != NULL && at_base64(&at, "certificate", 1, FRAME_MAX, der);
	json_decref(answer);
	return ok;
}
