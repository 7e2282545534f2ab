/* SPDX-License-Identifier: ISC */
#include "peer/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { BORDER = 2 };

/* Light beyond the edges too. */
static bool is_light(const QRcode *q, int row, int column)
{
	if (row < 0 || column < 0 || row >= q->width || column >= q->width)
		return true;
	return (q->data[row * q->width + column] & 1) == 0;
}

bool qr_print(const char *text, bool colour, struct buf *out, struct err *e)
{
	static const char *const halves[] = { " ", "\u2584", "\u2580", "\u2588" };
	QRcode *q = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

	if (q == NULL)
		return errno == ERANGE ? err_set(e, "too_large", "the text is too long for a QR code") : err_memory(e);
	for (int row = -BORDER; row < q->width + BORDER; row += 2) {
		buf_add_str(out, colour ? "\033[40;97m" : "");
		for (int column = -BORDER; column < q->width + BORDER; column++)
			buf_add_str(out, halves[(is_light(q, row, column) ? 2 : 0) + (is_light(q, row + 1, column) ? 1 : 0)]);
		buf_add_str(out, colour ? "\033[0m\n" : "\n");
	}
	QRcode_free(q);
	return !out->failed || err_memory(e);
}
