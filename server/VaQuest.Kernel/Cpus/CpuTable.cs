// CpuTable: which CPUs there were, and where their per-CPU variables are.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Cpus;

/// <summary>CPU masks and per-CPU offsets (mm/percpu.c, kernel/cpu.c). Immutable.</summary>
public sealed class CpuTable
{
    /// <summary>NR_CPUS has never been configurable above this (arch/x86/Kconfig).</summary>
    public const int MaxCpus = 8192;

    private readonly ulong?[] _offsets;

    private CpuTable(IReadOnlyList<int> possible, IReadOnlyList<int> online, ulong?[] offsets, IReadOnlyList<string> warnings)
    {
        Possible = possible;
        Online = online;
        _offsets = offsets;
        Warnings = warnings;
    }

    /// <summary>Numbers of all CPUs that could exist, ascending.</summary>
    public IReadOnlyList<int> Possible { get; }

    /// <summary>
    /// Numbers of the CPUs in cpu_online_mask, ascending. A panic without kdump takes the other CPUs offline before it ends.
    /// </summary>
    public IReadOnlyList<int> Online { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The distance from a per-CPU symbol to that CPU's copy, or null when it is not known.</summary>
    public ulong? FindOffset(int cpu) => (uint)cpu < (uint)_offsets.Length ? _offsets[cpu] : null;

    /// <summary>Address of a CPU's copy of a per-CPU variable, or null.</summary>
    public VirtAddr? FindPerCpu(VirtAddr? symbol, int cpu) =>
        symbol is { } at && FindOffset(cpu) is { } offset ? at + offset : null;

    /// <summary>Reads masks and offsets. Never fails: a kernel whose masks cannot be read has as many CPUs as the dump has notes, and one at least.</summary>
    /// <param name="reader">Kernel memory.</param>
    /// <param name="symbol">Run-time address of a symbol, or null.</param>
    /// <param name="notes">Register notes in the dump.</param>
    public static CpuTable Read(KernelReader reader, Func<string, VirtAddr?> symbol, int notes = 1)
    {
        var warnings = new List<string>();
        int limit = MaxCpus;
        if (symbol("nr_cpu_ids") is { } ids && reader.TryReadUInt32(ids, out uint count) && count is > 0 and <= MaxCpus)
        {
            limit = (int)count;
        }

        List<int> possible = ReadMask(reader, symbol, "possible", limit, warnings);
        List<int> online = ReadMask(reader, symbol, "online", limit, warnings);
        if (possible.Count == 0)
        {
            possible = [.. Enumerable.Range(0, Math.Clamp(notes, 1, MaxCpus))];
        }

        return new CpuTable(possible, online.Count == 0 ? possible : online, ReadOffsets(reader, symbol, possible, warnings), warnings);
    }

    /// <summary>__cpu_X_mask is the mask itself (4.6+); before that cpu_X_bits was, and cpu_X_mask a pointer to it.</summary>
    private static List<int> ReadMask(KernelReader reader, Func<string, VirtAddr?> symbol, string which, int limit, List<string> warnings)
    {
        var cpus = new List<int>();
        if ((symbol($"__cpu_{which}_mask") ?? symbol($"cpu_{which}_bits")) is not { } mask)
        {
            return cpus;
        }

        int wordBits = reader.WordSize * 8;
        int words = (limit + wordBits - 1) / wordBits;
        for (int i = 0; i < words; i++)
        {
            if (!reader.TryReadWord(mask + ((ulong)i * (ulong)reader.WordSize), out ulong bits))
            {
                warnings.Add($"the mask of {which} CPUs is not in the dump");
                break;
            }

            for (int bit = 0; bit < wordBits && (i * wordBits) + bit < limit; bit++)
            {
                if (((bits >> bit) & 1) != 0)
                {
                    cpus.Add((i * wordBits) + bit);
                }
            }
        }

        return cpus;
    }

    private static ulong?[] ReadOffsets(
        KernelReader reader, Func<string, VirtAddr?> symbol, List<int> cpus, List<string> warnings)
    {
        var offsets = new ulong?[cpus[^1] + 1];
        if (symbol("__per_cpu_offset") is not { } table)
        {
            // A kernel without SMP has one copy of everything, at the symbol itself.
            offsets[cpus[0]] = 0;
            return offsets;
        }

        foreach (int cpu in cpus)
        {
            if (reader.TryReadWord(table + ((ulong)cpu * (ulong)reader.WordSize), out ulong offset))
            {
                offsets[cpu] = offset;
            }
            else
            {
                warnings.Add(FormattableString.Invariant($"the per-CPU offset of CPU {cpu} is not in the dump"));
            }
        }

        return offsets;
    }
}
