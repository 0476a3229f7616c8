// VmcoreinfoScan: finds the kernel's VMCOREINFO in physical memory.
using System.Globalization;
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Kernel.Recovery;

/// <summary>
/// Every kernel with CONFIG_VMCORE_INFO (CONFIG_CRASH_CORE, CONFIG_KEXEC before) writes the text while it boots, whether or not a crash kernel is
/// loaded (kernel/vmcore_info.c): it begins with OSRELEASE=, at the start of a page and again in a note. Logs, page cache and old dumps may hold
/// others: a text is believed when the addresses in it lead to a utsname with the same release.
/// </summary>
internal sealed class VmcoreinfoScan(Vmcore dump)
{
    /// <summary>The kernel's buffer is a page; 64 KiB pages are the largest.</summary>
    private const int MaxTextBytes = 64 << 10;

    /// <summary>A kernel writes about 100 keys. Excerpts in logs and scripts have fewer.</summary>
    private const int MinKeys = 12;

    /// <summary>Memory full of lookalikes is not worth going on.</summary>
    private const int MaxCandidates = 4096;

    /// <summary>utsname's fields are 65 bytes: sysname, nodename, release, version, machine.</summary>
    private const int UtsFieldBytes = 65;

    /// <summary>Everything below this is looked through for the best candidate; above it the first confirmed one is taken.</summary>
    private const ulong ThoroughBytes = 1UL << 30;

    private static readonly byte[] s_mark = [.. "OSRELEASE="u8];

    private readonly PhysicalScan _scan = new(dump);

    /// <summary>The best candidate within a budget of bytes; null when there is none.</summary>
    public VmcoreinfoCandidate? Find(ulong budgetBytes)
    {
        VmcoreinfoCandidate? best = null;
        int seen = 0;
        foreach (PhysAddr at in _scan.Find(s_mark, budgetBytes))
        {
            if (++seen > MaxCandidates)
            {
                break;
            }

            if (ReadAt(at) is { } candidate && (best is null || ScoreOf(candidate) > ScoreOf(best)))
            {
                best = candidate;
            }

            if (best is { IsConfirmed: true } && (best.HasCrashTime || _scan.Scanned > ThoroughBytes))
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Parses and checks the text at a physical address; null when it is no VMCOREINFO.</summary>
    public VmcoreinfoCandidate? ReadAt(PhysAddr at)
    {
        byte[] bytes = new byte[Math.Min(MaxTextBytes, Math.Max(4096, dump.PageSize))];
        int got = dump.Memory.Read(at, bytes).BytesRead;
        int end = bytes.AsSpan(0, got).IndexOfAnyExceptInRange((byte)'\n', (byte)'~');
        ReadOnlySpan<byte> text = bytes.AsSpan(0, end < 0 ? got : end);
        var table = VmcoreinfoTable.Parse(text[..(text.LastIndexOf((byte)'\n') + 1)]);
        bool isLikely = table.Values.Count >= MinKeys && table.Release is { Length: > 0 } && table.FindSymbol("init_uts_ns") is not null
            && int.TryParse(table.Find("PAGESIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isLikely ? new VmcoreinfoCandidate(at, table, FindMachine(table)) : null;
    }

    private static int ScoreOf(VmcoreinfoCandidate candidate) => (candidate.IsConfirmed ? 2 : 0) + (candidate.HasCrashTime ? 1 : 0);

    /// <summary>The machine field of the utsname that the text leads to, when its release is the text's.</summary>
    private string? FindMachine(VmcoreinfoTable table)
    {
        if (table.FindSymbol("init_uts_ns") is not { } uts || table.FindOffset("uts_namespace.name") is not { } name)
        {
            return null;
        }

        byte[] fields = new byte[5 * UtsFieldBytes];
        foreach (ulong distance in DistancesOf(table))
        {
            var at = new PhysAddr(unchecked(uts.Value + (ulong)name - distance));
            if (dump.Memory.Read(at, fields).IsOk && FieldOf(fields, 2) == table.Release && FieldOf(fields, 4) is { Length: > 0 } machine)
            {
                return machine;
            }
        }

        return null;
    }

    /// <summary>Virtual minus physical addresses of the kernel image that are possible by what the text says.</summary>
    private static IEnumerable<ulong> DistancesOf(VmcoreinfoTable table)
    {
        if (table.FindNumber("phys_base") is { } physBase)
        {
            yield return unchecked(0xffffffff80000000 - (ulong)physBase);
        }

        foreach (string key in new[] { "kimage_voffset", "va_kernel_pa_offset" })
        {
            if (table.FindNumber(key) is { } distance)
            {
                yield return unchecked((ulong)distance);
            }
        }

        // i386's splits of the address space; ppc64; s390x, where both are equal.
        foreach (ulong distance in new ulong[] { 0xc0000000, 0xb0000000, 0x80000000, 0x40000000, 0xc000000000000000, 0 })
        {
            yield return distance;
        }
    }

    private static string FieldOf(byte[] fields, int index)
    {
        ReadOnlySpan<byte> field = fields.AsSpan(index * UtsFieldBytes, UtsFieldBytes);
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }
}
