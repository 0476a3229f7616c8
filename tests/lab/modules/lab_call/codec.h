/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A codec and its operations. */
#ifndef LAB_CODEC_H
#define LAB_CODEC_H

struct codec;

struct codec_ops {
	const char *name;
	int (*decode)(struct codec *codec, unsigned int length);
};

struct codec {
	const struct codec_ops *ops;
	unsigned int decoded;
};

int codec_run(struct codec *codec, unsigned int length);

#endif
