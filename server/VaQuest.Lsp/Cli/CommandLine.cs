// CommandLine: finds the verb, parses its arguments, runs it, and turns failures into one line and an exit code.
using System.CommandLine;
using System.CommandLine.Help;
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Lsp.Cli.Backtrace;
using VaQuest.Lsp.Cli.Convert;
using VaQuest.Lsp.Cli.Decode;
using VaQuest.Lsp.Cli.Info;
using VaQuest.Lsp.Cli.Log;
using VaQuest.Lsp.Cli.LanguageServer;
using VaQuest.Lsp.Cli.Modules;
using VaQuest.Lsp.Cli.Pages;
using VaQuest.Lsp.Cli.Print;
using VaQuest.Lsp.Cli.Read;
using VaQuest.Lsp.Cli.Report;
using VaQuest.Lsp.Cli.Search;
using VaQuest.Lsp.Cli.Symbolize;
using VaQuest.Lsp.Cli.Tasks;
using VaQuest.Lsp.Cli.Verify;
using VaQuest.Lsp.Cli.Waits;
using VaQuest.Lsp.Cli.WhatIs;

namespace VaQuest.Lsp.Cli;

/// <summary>The command line. All verbs are named here, in the order of the help.</summary>
internal static class CommandLine
{
    private const string Description = "VaQuest reads Linux kernel crash dumps: what happened, where in the source, and why.";

    private static readonly (string Name, Func<Verb> Create)[] s_verbs =
    [
        ("report", () => new ReportVerb()),
        ("bt", () => new BacktraceVerb()),
        ("log", () => new LogVerb()),
        ("ps", () => new TasksVerb()),
        ("waits", () => new WaitsVerb()),
        ("mods", () => new ModulesVerb()),
        ("whatis", () => new WhatIsVerb()),
        ("print", () => new PrintVerb()),
        ("info", () => new InfoVerb()),
        ("read", () => new ReadVerb()),
        ("verify", () => new VerifyVerb()),
        ("convert", () => new ConvertVerb()),
        ("search", () => new SearchVerb()),
        .. KernelPages.All.Select(kind => (kind.Name, (Func<Verb>)(() => new PageVerb(kind)))),
        ("symbolize", () => new SymbolizeVerb()),
        ("decode", () => new DecodeVerb()),
        ("lsp", () => new LanguageServerVerb()),
    ];

    private static string VerbNames => string.Join(", ", s_verbs.Select(verb => verb.Name));

    /// <summary>Runs one command. Never throws.</summary>
    public static int Run(string[] args, Output output, Openers openers)
    {
        try
        {
            return RunVerb(args, output, openers);
        }
        catch (UsageException error)
        {
            output.WriteError(error.Message);
            return ExitCode.Usage;
        }
        catch (DumpFormatException error)
        {
            output.WriteError(error.Message);
            return ExitCode.CouldNotAnswer;
        }
        catch (OperationCanceledException)
        {
            output.WriteError("cancelled");
            return ExitCode.CouldNotAnswer;
        }
        catch (IOException error) when (IsBrokenPipe(error))
        {
            return ExitCode.Answered;
        }
#pragma warning disable CA1031 // The last line of defence: a defect of ours must still be one line and an exit code.
        catch (Exception error)
#pragma warning restore CA1031
        {
            string place = error.StackTrace?.Split('\n')[0].Trim() ?? "";
            output.WriteError($"internal error: {error.GetType().Name}: {error.Message} {place}; please report it");
            return ExitCode.CouldNotAnswer;
        }
    }

    private static int RunVerb(string[] args, Output output, Openers openers)
    {
        RootCommand root = BuildRoot(args);
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is HelpAction || parsed.Action is not null && parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output.Out, Error = output.Out, ProcessTerminationTimeout = null });
        }

        if (parsed.CommandResult.Command is not Verb && args.FirstOrDefault(argument => !argument.StartsWith('-')) is { } unknown)
        {
            throw new UsageException($"there is no verb \"{unknown}\"; the verbs are {VerbNames}; see vaquest --help");
        }

        if (args.Length == 0)
        {
            throw new UsageException($"say what to do: {VerbNames}; see vaquest --help");
        }

        if (parsed.Errors.Count > 0)
        {
            string verb = parsed.CommandResult.Command is Verb known ? " " + known.Name : "";
            throw new UsageException($"{parsed.Errors[0].Message.TrimEnd('.')}; see vaquest{verb} --help");
        }

        if (parsed.CommandResult.Command is not Verb command)
        {
            throw new UsageException("say what to do; see vaquest --help");
        }

        using StopSignals? signals = command.StopsOnSignal ? new StopSignals() : null;
        return command.Run(parsed, output, openers, signals?.Token ?? CancellationToken.None);
    }

    // Only the verb that is asked for is built: the others cost start-up time.
    private static RootCommand BuildRoot(string[] args)
    {
        var root = new RootCommand(Description);
        foreach ((string name, Func<Verb> create) in s_verbs)
        {
            if (args.Length > 0 && args[0] == name)
            {
                root.Add(create());
                return root;
            }
        }

        foreach ((string _, Func<Verb> create) in s_verbs)
        {
            root.Add(create());
        }

        return root;
    }

    // EPIPE: the reader, such as head, has what it wanted.
    private static bool IsBrokenPipe(IOException error) => error.HResult == 32 || error.Message.Contains("Broken pipe", StringComparison.Ordinal);
}
