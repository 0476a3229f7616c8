// LogResolver: source places and descriptions for the frames of a text log.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Logs;

/// <summary>Finds debug files and sources by the release in a log. Safe for concurrent callers.</summary>
public sealed class LogResolver(SessionOptions options)
{
    /// <summary>Kernels whose files are kept open; a person looks at one or two logs at a time.</summary>
    private const int MaxReleases = 8;

    private readonly ConcurrentDictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);

    /// <summary>Reads a log and looks up all its frames.</summary>
    public DecodedLog Decode(string text, CancellationToken cancellation)
    {
        KernelLog log = LogLexer.Lex(text);
        Kernel kernel = KernelOf(log);
        var frames = new List<DecodedFrame>(log.Frames.Count);
        foreach (LogFrame frame in log.Frames)
        {
            cancellation.ThrowIfCancellationRequested();
            SourceFrames? chain = FindChain(kernel, frame.Target, out string? problem);
            frames.Add(new DecodedFrame(frame, chain, problem));
        }

        return new DecodedLog(log, frames, kernel.Files.Used, kernel.Files.Notes);
    }

    /// <summary>Plain lines about a target of a log: what its text says and what debug information adds.</summary>
    public IReadOnlyList<string> Describe(KernelLog log, SpanTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        List<string> lines = DescribeText(log, target);
        if (target.Symbol is null)
        {
            return lines;
        }

        Kernel kernel = KernelOf(log);
        if (FindChain(kernel, target, out string? problem) is { } chain)
        {
            foreach (SourceFrame frame in chain.Frames)
            {
                string place = frame.Location is { } at ? FormattableString.Invariant($"{at.RelativeFile}:{at.Line}") : "no line";
                lines.Add($"{frame.Function} at {place}{(frame.IsInlined ? " (inlined)" : string.Empty)}");
            }
        }
        else if (problem is not null)
        {
            lines.Add(problem);
        }

        return lines;
    }

    /// <summary>The source places of a target of a log, innermost inlined function first.</summary>
    public IReadOnlyList<ResolvedSource> FindSources(KernelLog log, SpanTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        Kernel kernel = KernelOf(log);
        if (target.Source is { } source)
        {
            return [kernel.Sources.Resolve(source)];
        }

        if (target.Symbol is null)
        {
            return [];
        }

        if (FindChain(kernel, target, out string? problem) is not { } chain)
        {
            return [new ResolvedSource(null, 0, 0, SourceFileState.NotFound, problem ?? string.Empty)];
        }

        return [.. chain.Frames.Select(frame => frame.Location).OfType<SourceLocation>().Where(at => at.Line > 0).Select(kernel.Sources.Resolve)];
    }

    private static SourceFrames? FindChain(Kernel kernel, SpanTarget target, out string? problem)
    {
        if (kernel.Files.Find(target.Module) is not { } image)
        {
            problem = target.Module is { } module
                ? $"no debug file of module {module} was found"
                : "no vmlinux of this log's kernel was found";
            return null;
        }

        try
        {
            return image.Find(target.Symbol!, target.Offset ?? 0, target.Size ?? 0, target.IsReturnAddress, out problem);
        }
        catch (DumpFormatException error)
        {
            problem = error.Message;
            return null;
        }
    }

    private static List<string> DescribeText(KernelLog log, SpanTarget target)
    {
        var lines = new List<string>();
        if (target.Register is { } register)
        {
            lines.Add($"register {register.ToUpperInvariant()} = {target.Address}");
        }
        else if (target.Symbol is { } symbol)
        {
            string module = target.Module is { } name ? $" [{name}]" : string.Empty;
            lines.Add(target.Offset is { } offset
                ? FormattableString.Invariant($"{symbol}{module}: byte 0x{offset:x} of 0x{target.Size ?? 0:x}")
                : symbol + module);
        }
        else if (target.Source is { } source)
        {
            lines.Add(FormattableString.Invariant($"{source.File}:{source.Line}"));
        }
        else if (target.Address is { } address)
        {
            lines.Add($"address {address}");
        }
        else if (target.Pid is { } pid)
        {
            lines.Add(FormattableString.Invariant($"task with process id {pid}"));
        }
        else if (target.Module is { } module)
        {
            lines.Add($"module {module}");
        }

        if (lines.Count > 0 && log.Release is { } release)
        {
            lines.Add($"kernel {release}");
        }

        return lines;
    }

    private Kernel KernelOf(KernelLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (_kernels.Count >= MaxReleases)
        {
            _kernels.Clear();
        }

        return _kernels.GetOrAdd(log.Release ?? string.Empty, key =>
        {
            string? release = key.Length > 0 ? key : null;
            return new Kernel(new LogFiles(options, release), new SourceResolver(options, release, () => null));
        });
    }

    private sealed record Kernel(LogFiles Files, SourceResolver Sources);
}
