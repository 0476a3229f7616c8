// KernelLogReader: finds out which generation of log a kernel has, and reads it.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Log;

/// <summary>Reads the kernel log through whichever symbols exist.</summary>
internal static class KernelLogReader
{
    /// <param name="reader">Kernel memory.</param>
    /// <param name="types">Offsets.</param>
    /// <param name="symbol">Run-time address of a symbol (VMCOREINFO's come first), or null.</param>
    public static KernelLog Read(KernelReader reader, KernelTypes types, Func<string, VirtAddr?> symbol)
    {
        if (symbol("prb") is { } prb)
        {
            return ReadRing(reader, types, prb);
        }

        if (symbol("log_buf") is not { } logBuf)
        {
            return KernelLog.Absent("neither prb nor log_buf is a known symbol, so the kernel log cannot be found");
        }

        if (!reader.TryReadPointer(logBuf, out VirtAddr buffer) || ReadU32(reader, symbol("log_buf_len")) is not { } length)
        {
            return KernelLog.Absent("log_buf or log_buf_len is not in the dump");
        }

        if (symbol("log_first_idx") is { } first && symbol("log_next_idx") is { } next)
        {
            return RecordLogLayout.Find(types) is not { } layout
                ? KernelLog.Absent("the layout of struct printk_log is not known: no VMCOREINFO and no types")
                : ReadU32(reader, first) is { } firstIndex && ReadU32(reader, next) is { } nextIndex
                    ? RecordLog.Read(reader, layout, buffer, length, firstIndex, nextIndex)
                    : KernelLog.Absent("log_first_idx or log_next_idx is not in the dump");
        }

        return ReadU32(reader, symbol("log_end")) is { } end
            ? CharacterLog.Read(reader, buffer, length, end, ReadU32(reader, symbol("logged_chars")) ?? length)
            : KernelLog.Absent("log_end is not in the dump");
    }

    private static KernelLog ReadRing(KernelReader reader, KernelTypes types, VirtAddr prb)
    {
        if (!reader.TryReadPointer(prb, out VirtAddr ring))
        {
            return KernelLog.Absent("the pointer prb to the log ring is not in the dump");
        }

        return PrintkRingLayout.Find(types) is { } layout
            ? PrintkRing.Read(reader, layout, ring)
            : KernelLog.Absent("the layout of the log ring is not known: neither VMCOREINFO nor types describe it");
    }

    private static uint? ReadU32(KernelReader reader, VirtAddr? address) =>
        address is { } at && reader.TryReadUInt32(at, out uint value) ? value : null;
}
