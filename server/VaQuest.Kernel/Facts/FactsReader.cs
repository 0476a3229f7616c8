// FactsReader: gathers the facts of the whole system, each on its own.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Facts;

/// <summary>Reads utsname, build id, times, load, memory, taints and the panicking CPU.</summary>
internal sealed class FactsReader(
    KernelObjects objects, VmcoreinfoTable vmcoreinfo, Func<string, VirtAddr?> symbol, CpuTable cpus, Func<int> cpusWithRegisters, Func<KernelLog> log,
    int pageSize)
{
    /// <summary>__NEW_UTS_LEN plus its NUL.</summary>
    private const int UtsFieldBytes = 65;

    private const ulong MaxPlausibleSeconds = 1UL << 33;

    private readonly KernelReader _reader = objects.Reader;

    public SystemFacts Read()
    {
        (string? buildId, string? buildIdOrigin) = ReadBuildId();
        (double? uptime, string? uptimeOrigin, ulong? wallSeconds) = ReadTimes();
        (int? panicCpu, string? panicOrigin) = ReadPanicCpu();
        bool hasCrashTime = ulong.TryParse(vmcoreinfo.Find("CRASHTIME"), out ulong crashTime) && crashTime < MaxPlausibleSeconds;
        return new SystemFacts
        {
            Hostname = ReadUts(1),
            Release = ReadUts(2) ?? vmcoreinfo.Release,
            Version = ReadUts(3),
            Machine = ReadUts(4),
            BuildId = buildId,
            BuildIdOrigin = buildIdOrigin,
            KaslrOffset = vmcoreinfo.KernelOffset,
            CommandLine = ReadCommandLine(),
            UptimeSeconds = uptime,
            UptimeOrigin = uptimeOrigin,
            CrashTimeUtc = hasCrashTime
                ? DateTimeOffset.FromUnixTimeSeconds((long)crashTime)
                : wallSeconds is { } wall ? DateTimeOffset.FromUnixTimeSeconds((long)wall) : null,
            CrashTimeOrigin = hasCrashTime ? "CRASHTIME of VMCOREINFO" : wallSeconds is null ? null : "the timekeeper's last update",
            LoadAverage = ReadLoad(),
            MemoryBytes = ReadMemory(),
            TaintMask = symbol("tainted_mask") is { } taints && _reader.TryReadWord(taints, out ulong mask) ? mask : null,

            // A panic without kdump marks the other CPUs offline when it stops them; their registers are still in the dump.
            OnlineCpus = Math.Max(cpus.Online.Count, cpusWithRegisters()),
            PanicCpu = panicCpu,
            PanicCpuOrigin = panicOrigin,
        };
    }

    private string? ReadUts(int field)
    {
        if (symbol("init_uts_ns") is not { } uts || objects.Types.FindOffset("uts_namespace", "name") is not { } name)
        {
            return null;
        }

        return _reader.ReadCString(uts + name + (ulong)(field * UtsFieldBytes), UtsFieldBytes) is { Length: > 0 } text
            ? Tasks.CommText.Escape(text)
            : null;
    }

    private (string? Id, string? Origin) ReadBuildId()
    {
        if (vmcoreinfo.BuildId is { } known)
        {
            return (known, "VMCOREINFO");
        }

        if (symbol("__start_notes") is { } start && symbol("__stop_notes") is { } stop && stop > start
            && NoteReader.FindBuildId(_reader, start, (int)Math.Min(stop - start, 4096)) is { } fromNotes)
        {
            return (fromNotes, "the kernel's notes in memory");
        }

        byte[] id = new byte[20];
        return symbol("vmlinux_build_id") is { } at && _reader.Read(at, id).IsOk && id.AsSpan().IndexOfAnyExcept((byte)0) >= 0
            ? (Convert.ToHexStringLower(id), "vmlinux_build_id in memory")
            : (null, null);
    }

    private string? ReadCommandLine() =>
        symbol("saved_command_line") is { } at && _reader.FindPointer(at) is { } text && _reader.ReadCString(text, 16 * 1024) is { } line
            ? Tasks.CommText.Escape(line.Trim())
            : null;

    /// <summary>The timekeeper holds both clocks; without it the last log record says how long the machine was up.</summary>
    private (double? Uptime, string? Origin, ulong? WallSeconds) ReadTimes()
    {
        foreach (VirtAddr keeper in TimekeeperCandidates())
        {
            ulong? wall = objects.FindUInt(keeper, "timekeeper", "xtime_sec");
            ulong? monotonic = objects.FindUInt(keeper, "timekeeper", "ktime_sec");
            ulong? slept = objects.FindUInt(keeper, "timekeeper", "offs_boot", "offs_boot.tv64");
            bool isPlausible = wall is > 100 and < MaxPlausibleSeconds && monotonic is { } up && up < wall && slept is < 1UL << 62;
            if (isPlausible)
            {
                return (MonotonicSeconds(keeper, monotonic!.Value) + (slept!.Value / 1e9), "the timekeeper's last update", wall);
            }
        }

        IReadOnlyList<LogRecord> records = log().Records;
        return records is [.., { HasTimestamp: true } last]
            ? (last.TimestampNanoseconds / 1e9, "the last log record's time", null)
            : (null, null, null);
    }

    /// <summary>The fraction is kept shifted: tkr_mono.xtime_nsec >> tkr_mono.shift, over the wall clock's second.</summary>
    private double MonotonicSeconds(VirtAddr keeper, ulong seconds)
    {
        ulong? fraction = objects.FindUInt(keeper, "timekeeper", "tkr_mono.xtime_nsec");
        ulong? shift = objects.FindUInt(keeper, "timekeeper", "tkr_mono.shift");
        ulong? offset = objects.FindUInt(keeper, "timekeeper", "wall_to_monotonic.tv_nsec");
        if (fraction is not { } shifted || shift is not < 64 || offset is not { } nanoseconds)
        {
            return seconds;
        }

        ulong sum = (shifted >> (int)shift) + nanoseconds;
        return seconds + (sum % 1_000_000_000 / 1e9);
    }

    private IEnumerable<VirtAddr> TimekeeperCandidates()
    {
        // tk_core has no type of its own: a sequence counter of one or two words comes before the timekeeper.
        if (symbol("tk_core") is { } core)
        {
            foreach (ulong offset in new ulong[] { 8, 16, 4, 64 })
            {
                yield return core + offset;
            }
        }

        foreach (string name in new[] { "shadow_timekeeper", "timekeeper" })
        {
            if (symbol(name) is { } keeper)
            {
                yield return keeper;
            }
        }
    }

    private double[]? ReadLoad()
    {
        if (symbol("avenrun") is not { } at)
        {
            return null;
        }

        var load = new double[3];
        for (int i = 0; i < load.Length; i++)
        {
            if (!_reader.TryReadWord(at + (ulong)(i * _reader.WordSize), out ulong fixedPoint))
            {
                return null;
            }

            load[i] = Math.Round(fixedPoint / 2048.0, 2);
        }

        return load;
    }

    private ulong? ReadMemory() =>
        (symbol("_totalram_pages") ?? symbol("totalram_pages")) is { } at && _reader.TryReadWord(at, out ulong pages) && pages < 1UL << 40
            ? pages * (ulong)pageSize
            : null;

    private (int? Cpu, string? Origin) ReadPanicCpu()
    {
        foreach (string name in new[] { "crashing_cpu", "panic_cpu" })
        {
            if (symbol(name) is { } at && _reader.TryReadInt32(at, out int cpu) && cpu >= 0 && cpus.Possible.Contains(cpu))
            {
                return (cpu, name);
            }
        }

        return PanicCpuInLog.Find(log().Records) is { } logged && cpus.Possible.Contains(logged) ? (logged, "the log") : (null, null);
    }
}
