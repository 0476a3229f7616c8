// SpecialNumbers: numbers that are no addresses: NULL, error values, poison, magic numbers.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>include/linux/poison.h, include/linux/err.h, include/uapi/linux/magic.h: numbers that have been the same for all kernels since 4.14.</summary>
internal sealed class SpecialNumbers : IAddressPlaces
{
    /// <summary>Offsets into a structure behind a NULL or poisoned pointer: larger ones have been seen, but mean little.</summary>
    private const ulong MaxOffset = 4096;

    /// <summary>POISON_POINTER_DELTA (CONFIG_ILLEGAL_POINTER_VALUE) of 64-bit kernels.</summary>
    private const ulong Delta = 0xdead000000000000;

    private const ulong StackEndMagic = 0x57ac6e9d;

    private static readonly (ulong Value, string Text)[] s_pointers =
    [
        (Delta + 0x100, "LIST_POISON1: the next pointer of a list entry that was removed"),
        (Delta + 0x122, "LIST_POISON2: the prev pointer of a list entry that was removed"),
        (Delta + 0x200, "LIST_POISON2 of kernels before 5.5, or TIMER_ENTRY_STATIC: a link of an entry that was removed"),
        (Delta + 0x300, "TIMER_ENTRY_STATIC: the pprev link of a timer that is not queued"),
        (Delta + 0x40, "PP_SIGNATURE: the mark of a page that belongs to a page_pool"),
        (Delta + 0x01, "the illegal pointer value with a mark bit"),
        (0xdead4ead, "SPINLOCK_MAGIC: the mark of an initialised spinlock"),
        (0xdeaf1eed, "RWLOCK_MAGIC: the mark of an initialised rwlock"),
        (0x1badface, "a mark of freed or invalid memory"),
    ];

    private static readonly (byte Value, string Text)[] s_bytes =
    [
        (0x6b, "POISON_FREE: freed slab memory (slub_debug=P)"),
        (0x5a, "POISON_INUSE: slab memory that was allocated and not written, or padding (slub_debug=P)"),
        (0xa5, "POISON_END: the last byte of freed slab memory (slub_debug=P)"),
        (0xbb, "SLUB_RED_INACTIVE: the red zone of a free slab object (slub_debug=Z)"),
        (0xcc, "SLUB_RED_ACTIVE: the red zone of an allocated slab object (slub_debug=Z), or freed init memory"),
        (0xaa, "PAGE_POISON: a free page (page_poison=1)"),
        (0xf3, "a KASAN shadow byte of generic red zones"),
        (0xfb, "a KASAN shadow byte of freed slab memory"),
    ];

    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        ulong value = address.Value;
        if (value == 0)
        {
            return Answer(value, AddressKinds.Null, "NULL");
        }

        if (value < MaxOffset)
        {
            return Answer(value, AddressKinds.Null, $"in the first page: a NULL pointer with the offset {Words.Hex(value)}, or a small number");
        }

        ulong fromTop = unchecked(0 - value);
        if (fromTop <= ErrnoNames.Largest)
        {
            string name = ErrnoNames.Find((int)fromTop) is { } known ? "-" + known : "no error that has a name";
            string all = value == ulong.MaxValue ? "; also the number -1" : "";
            return Answer(value, AddressKinds.ErrorPointer, FormattableString.Invariant($"an error value: -{fromTop} ({name}){all}"));
        }

        return FindPoison(value);
    }

    private static AddressAnswer? FindPoison(ulong value)
    {
        if (value == StackEndMagic)
        {
            return Answer(value, AddressKinds.Magic, "STACK_END_MAGIC: the mark at the end of every kernel stack");
        }

        foreach ((ulong number, string text) in s_pointers)
        {
            if (value == number)
            {
                return Answer(value, AddressKinds.Poison, text);
            }
        }

        if (value >> 48 == Delta >> 48 && (value & 0xffffffffffff) < (ulong)(MaxOffset * 4))
        {
            return Answer(value, AddressKinds.Poison, $"a poisoned pointer of a list or another structure, and {Words.Hex(value - Delta)} more");
        }

        foreach ((byte pattern, string text) in s_bytes)
        {
            ulong repeated = pattern * 0x0101010101010101UL;
            bool isWord = value == repeated || value == (repeated & uint.MaxValue);
            if (isWord)
            {
                return Answer(value, AddressKinds.Poison, text);
            }

            if (pattern == 0x6b && value > repeated && value - repeated < MaxOffset)
            {
                return Answer(value, AddressKinds.Poison, $"{text}, used as a pointer, and the offset {Words.Hex(value - repeated)}");
            }
        }

        return null;
    }

    private static AddressAnswer Answer(ulong value, string kind, string text) => new() { Address = value, Kind = kind, Text = text };
}
