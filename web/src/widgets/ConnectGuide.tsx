/** How to point an application at this server: recipe tabs, host or container, HTTP or gRPC, ready to copy. */
import { useState } from 'react';
import type { Address } from '../api/clew.ts';
import { useT, type MessageKey } from '../base/i18n.ts';
import { endpointsOf, linesFor, RECIPES, type Protocol, type Recipe } from './connect.ts';
import { CopyButton } from './CopyButton.tsx';

export function ConnectGuide({ addresses }: { readonly addresses: readonly Address[] }) {
  const { t } = useT();
  const [recipe, setRecipe] = useState<Recipe>('agent');
  const [from, setFrom] = useState<'host' | 'container'>('host');
  const [protocol, setProtocol] = useState<Protocol>('http/protobuf');
  const lines = linesFor(recipe, protocol, endpointsOf(addresses, from));
  const eitherProtocol = recipe === 'agent' || recipe === 'sdk';
  return (
    <section className="connect">
      <div className="connect-bar">
        <div className="tabs" role="tablist">
          {RECIPES.map((name) => (
            <button key={name} type="button" role="tab" aria-selected={name === recipe} onClick={() => setRecipe(name)}>
              {t(`empty.${name}` satisfies MessageKey)}
            </button>
          ))}
        </div>
        <div className="segmented" role="group">
          <button type="button" aria-pressed={from === 'host'} onClick={() => setFrom('host')}>
            {t('empty.fromHost')}
          </button>
          <button type="button" aria-pressed={from === 'container'} onClick={() => setFrom('container')}>
            {t('empty.fromContainer')}
          </button>
        </div>
        <div className="segmented" role="group">
          <button type="button" aria-pressed={eitherProtocol ? protocol === 'http/protobuf' : true} onClick={() => setProtocol('http/protobuf')}>
            HTTP
          </button>
          <button type="button" disabled={!eitherProtocol} aria-pressed={eitherProtocol && protocol === 'grpc'} onClick={() => setProtocol('grpc')}>
            gRPC
          </button>
        </div>
      </div>
      {lines === undefined ? (
        <p className="notice warn">{t('empty.loopback')}</p>
      ) : (
        <>
          <div className="snippet">
            <pre>{lines}</pre>
            <CopyButton text={lines} />
          </div>
          {recipe === 'curl' ? <p className="muted">{t('empty.curl.hint')}</p> : null}
          {from === 'container' ? <p className="muted">{t('empty.containerHint')}</p> : null}
        </>
      )}
    </section>
  );
}
