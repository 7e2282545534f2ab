/* SPDX-License-Identifier: ISC
 * Certificates and lists, in the media types of RFC 2585 and RFC 7468. */
#include <string.h>

#include "base/time.h"
#include "peer/pem.h"
#include "web/api.h"

static const char type_cert[] = "application/pkix-cert", type_crl[] = "application/pkix-crl", type_pem[] = "application/x-pem-file";

static bool wants_pem(const struct request *q)
{
	const char *form = form_get(&q->query, "form"), *accept = q->header[REQUEST_ACCEPT];

	return (form != NULL && strcmp(form, "pem") == 0) || (accept != NULL && strstr(accept, type_pem) != NULL);
}

/* DER as it is, or as PEM where the client wants that. */
static void give_der(const struct request *q, struct reply *r, const char *type, const char *label, struct buf *der)
{
	struct buf pem = { 0 };

	reply_header(r, "Vary", "Accept");
	if (!wants_pem(q)) {
		api_give_bytes(q, r, type, der);
		return;
	}
	pem_write(label, buf_slice(der), &pem);
	api_give_bytes(q, r, type_pem, &pem);
}

/* RFC 9110 section 5.6.7 */
static void last_modified(struct reply *r, int64_t t)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_civil c;

	time_civil(t, &c);
	reply_header(r, "Last-Modified", "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t / 86400 % 7], c.day, months[c.month - 1], c.year,
		c.hour, c.minute, c.second);
}

void api_get_certificate(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct buf der = { 0 };
	struct err e = { 0 };
	struct id16 serial;
	struct group g;

	if (api_id16(q, "serial", &serial, &e) && api_group(api, q, &g, &e) && read_certificate(api->w, &g, &serial, &der, &e))
		give_der(q, r, type_cert, "CERTIFICATE", &der);
	else
		reply_problem(r, &e);
	buf_free(&der);
}

void api_get_ca(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct buf pem = { 0 };
	struct err e = { 0 };
	struct group g;

	if (api_group(api, q, &g, &e) && read_authorities_pem(api->w, &g, &pem, &e))
		api_give_bytes(q, r, type_pem, &pem);
	else
		reply_problem(r, &e);
	buf_free(&pem);
}

void api_get_crl(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct read_lists l;
	struct group g;

	if (!api_group(api, q, &g, &e) || !read_lists(api->w, &g, &l, &e)) {
		reply_problem(r, &e);
		return;
	}
	if (l.crl.n == 0) {
		err_set(&e, "not_found", "the group has no CRL yet: the members who hold its key have not signed one");
		reply_problem(r, &e);
		read_lists_free(&l);
		return;
	}
	give_der(q, r, type_crl, "X509 CRL", &l.crl);
	last_modified(r, l.this_update);
	read_lists_free(&l);
}

void api_get_revocations(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct read_lists l;
	struct group g;

	if (!api_group(api, q, &g, &e) || !read_lists(api->w, &g, &l, &e)) {
		reply_problem(r, &e);
		return;
	}
	api_give_bytes(q, r, "application/json", &l.doc);
	last_modified(r, l.this_update);
	read_lists_free(&l);
}
